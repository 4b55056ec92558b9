import { useId } from 'react';
import type { HyperValue } from '../../../kernels/step-program.ts';
import type { HyperSpec, ListHyper } from '../../../optimizers/definition.ts';
import { formatHyper, isSameValue } from '../../store/labels.ts';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { formatExact, parseNumber } from '../../ui/format.ts';
import { NumberField } from '../../ui/NumberField.tsx';
import { type Read, useDraft } from '../../ui/use-draft.ts';

interface HyperFieldProps {
  readonly spec: HyperSpec;
  readonly value: HyperValue;
  readonly initial: HyperValue;
  readonly onChange: (value: HyperValue) => void;
}

const range = ({ min, max }: { readonly min: number; readonly max: number }) => `${formatExact(min)} to ${formatExact(max)}`;

/** Reads `0.9, 0.99`. */
function readList(text: string, spec: ListHyper): Read<readonly number[]> {
  const values = text
    .split(/[,;]|\s+/)
    .filter((part) => part.trim() !== '')
    .map(parseNumber);
  if (values.some((value) => value === null)) return { problem: 'Write numbers separated by commas, like 0.9, 0.99.' };
  const numbers = values.filter((value) => value !== null);
  if (numbers.length < spec.minLength || numbers.length > spec.maxLength)
    return { problem: `Give ${spec.minLength} to ${spec.maxLength} numbers.` };
  if (numbers.some((value) => value < spec.min || value > spec.max))
    return { problem: `Each must be between ${formatExact(spec.min)} and ${formatExact(spec.max)}.` };
  return { value: numbers };
}

function ListField({
  spec,
  value,
  initial,
  onChange,
}: {
  readonly spec: ListHyper;
  readonly value: readonly number[];
  readonly initial: HyperValue;
  readonly onChange: (value: HyperValue) => void;
}) {
  const id = useId();
  const draft = useDraft<readonly number[]>({ value, read: (text) => readList(text, spec), show: formatHyper, onChange });
  const message = draft.problem ?? draft.refusal;
  const isChanged = !isSameValue(value, initial);
  const reset = () => {
    draft.clear();
    onChange(initial);
  };
  return (
    <div className="number-field">
      <div className="number-field-row">
        <label htmlFor={id} className="field-label">
          {isChanged && <span className="changed-dot" aria-hidden="true" />}
          {spec.label}
        </label>
        {isChanged && (
          <button type="button" className="reset-button" onClick={reset} aria-label={`Reset ${spec.label} to ${formatHyper(initial)}`}>
            reset
          </button>
        )}
      </div>
      <input
        id={id}
        className="input"
        autoComplete="off"
        spellCheck={false}
        value={draft.text}
        aria-invalid={draft.problem ? true : undefined}
        aria-describedby={`${message ? `${id}-problem ` : ''}${id}-doc`}
        onChange={(event) => draft.type(event.target.value)}
        onBlur={draft.leave}
        onKeyDown={(event) => event.key === 'Enter' && draft.enter()}
      />
      {message && (
        <p id={`${id}-problem`} className="field-problem" role="alert">
          {message}
        </p>
      )}
      <p id={`${id}-doc`} className="field-doc">
        {spec.doc}
      </p>
    </div>
  );
}

function FlagField({
  spec,
  value,
  initial,
  onChange,
}: {
  readonly spec: HyperSpec;
  readonly value: boolean;
  readonly initial: HyperValue;
  readonly onChange: (value: HyperValue) => void;
}) {
  const id = useId();
  return (
    <div className="number-field">
      <Checkbox isChecked={value} onChange={onChange} describedBy={id}>
        {spec.label}
      </Checkbox>
      {value !== initial && <span className="changed-dot changed-dot-inline" aria-hidden="true" />}
      <p id={id} className="field-doc">
        {spec.doc}
      </p>
    </div>
  );
}

/** The control of one hyperparameter, made from its specification. */
export function HyperField({ spec, value, initial, onChange }: HyperFieldProps) {
  switch (spec.kind) {
    case 'number':
    case 'integer':
      return (
        <NumberField
          label={spec.label}
          value={Number(value)}
          initial={Number(initial)}
          min={spec.min}
          max={spec.max}
          scale={spec.kind === 'number' ? spec.scale : 'log'}
          isInteger={spec.kind === 'integer'}
          onChange={onChange}
          doc={`${spec.doc} ${range(spec)}.`}
        />
      );
    case 'flag':
      return <FlagField spec={spec} value={value === true} initial={initial} onChange={onChange} />;
    case 'list':
      return <ListField spec={spec} value={Array.isArray(value) ? value : spec.value} initial={initial} onChange={onChange} />;
    default:
      return spec satisfies never;
  }
}
