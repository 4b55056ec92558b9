import { type KeyboardEvent, type ReactNode, useId } from 'react';
import { formatExact, parseNumber } from './format.ts';
import { positionOf, type Scale, SLIDER_STEPS, valueAt } from './scale.ts';
import { type Read, useDraft } from './use-draft.ts';

export interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
  /** No slider when absent. */
  readonly scale?: Scale;
  readonly isInteger?: boolean;
  /** Shown after the field, e.g. '%'. */
  readonly unit?: string;
  /** Shown value = value x this, e.g. 100 for a fraction in percent. */
  readonly factor?: number;
  readonly doc?: ReactNode;
  /** Dot and reset button appear when the value differs from this. */
  readonly initial?: number;
  readonly isDisabled?: boolean;
}

const round = (value: number) => Number(value.toPrecision(12));

/** The value of the typed text, or what is wrong with it. */
function read(text: string, { min, max, isInteger, factor = 1 }: NumberFieldProps): Read<number> {
  const shown = parseNumber(text);
  if (shown === null) return { problem: 'Not a number. Write it like 3e-4 or 0.0003.' };
  const value = round(shown / factor);
  if (isInteger && !Number.isInteger(value)) return { problem: 'Must be a whole number.' };
  if (value < min || value > max)
    return { problem: `Must be between ${formatExact(round(min * factor))} and ${formatExact(round(max * factor))}.` };
  return { value };
}

/** A number with a text field that takes `3e-4` and, with a scale, a slider. Text that cannot be used is explained, never applied. */
export function NumberField(props: NumberFieldProps) {
  const { label, value, min, max, onChange, scale, isInteger = false, unit, factor = 1, doc, initial, isDisabled = false } = props;
  const id = useId();
  const show = (shown: number) => formatExact(round(shown * factor));
  const draft = useDraft({ value, read: (text) => read(text, props), show, onChange });
  const message = draft.problem ?? draft.refusal;
  const isChanged = initial !== undefined && !Object.is(value, initial);

  const reset = (to: number) => {
    draft.clear();
    onChange(to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') draft.enter();
    if (event.key === 'Escape' && draft.isTyping) {
      event.stopPropagation();
      draft.clear();
    }
  };
  const onSlide = (position: number) => {
    const next = valueAt(position, min, max, scale ?? 'linear');
    draft.clear();
    onChange(isInteger ? Math.round(next) : next);
  };
  const describedBy = `${message ? `${id}-problem ` : ''}${doc ? `${id}-doc` : ''}`.trim() || undefined;

  return (
    <div className={`number-field${isChanged ? ' is-changed' : ''}`}>
      <div className="number-field-row">
        <label htmlFor={id} className="field-label">
          {isChanged && <span className="changed-dot" aria-hidden="true" />}
          {label}
        </label>
        {isChanged && (
          <button
            type="button"
            className="reset-button"
            disabled={isDisabled}
            onClick={() => reset(initial)}
            aria-label={`Reset ${label} to ${show(initial)}`}
          >
            reset
          </button>
        )}
        <span className="number-field-entry">
          <input
            id={id}
            className="input number-input"
            type="text"
            inputMode="text"
            autoComplete="off"
            spellCheck={false}
            value={draft.text}
            disabled={isDisabled}
            aria-invalid={draft.problem ? true : undefined}
            aria-describedby={describedBy}
            onChange={(event) => draft.type(event.target.value)}
            onBlur={draft.leave}
            onKeyDown={onKeyDown}
          />
          {unit && <span className="unit">{unit}</span>}
        </span>
      </div>
      {scale && (
        <input
          className="slider"
          type="range"
          min={0}
          max={SLIDER_STEPS}
          step={1}
          value={positionOf(value, min, max, scale)}
          disabled={isDisabled}
          aria-label={`${label}, slider`}
          aria-valuetext={`${show(value)}${unit ? ` ${unit}` : ''}`}
          onChange={(event) => onSlide(event.target.valueAsNumber)}
        />
      )}
      {message && (
        <p id={`${id}-problem`} className="field-problem" role="alert">
          {message}
        </p>
      )}
      {doc && (
        <p id={`${id}-doc`} className="field-doc">
          {doc}
        </p>
      )}
    </div>
  );
}
