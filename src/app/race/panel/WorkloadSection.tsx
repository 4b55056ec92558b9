import { useId } from 'react';
import type { WorkloadDefinition, WorkloadOptionSpec } from '../../../workloads/definition.ts';
import { actions } from '../../store/actions.ts';
import { findWorkload, workloadDefinitions } from '../../store/definitions.ts';
import { raceStore } from '../../store/store.ts';
import { NativeSelect } from '../../ui/NativeSelect.tsx';
import { NumberField } from '../../ui/NumberField.tsx';
import { DataPicture } from './DataPicture.tsx';
import { Section } from './Section.tsx';
import { useAvailableChoices } from './use-data.ts';

type ChoiceSpec = Extract<WorkloadOptionSpec, { kind: 'choice' }>;

function ChoiceField({
  workload,
  name,
  spec,
  value,
}: {
  readonly workload: WorkloadDefinition;
  readonly name: string;
  readonly spec: ChoiceSpec;
  readonly value: string;
}) {
  const available = useAvailableChoices(workload, name);
  const docId = useId();
  const chosen = spec.choices.find(({ id }) => id === value);
  const first = spec.choices.find(({ id }) => id === spec.value);
  const offered = spec.choices.filter(({ id }) => id === value || !available || available.includes(id));
  const options = (choices: ChoiceSpec['choices']) =>
    choices.map(({ id, label }) => (
      <option key={id} value={id}>
        {label}
      </option>
    ));
  // A note stands for what is chosen; what the choice is about is said where it is not plain from the workload's own text.
  const doc = [
    ...(chosen?.note ? [`${chosen.note.charAt(0).toUpperCase()}${chosen.note.slice(1)}.`] : []),
    ...(spec.isVariant || !chosen?.note ? [spec.doc] : []),
  ].join(' ');
  return (
    <div className="number-field">
      <NativeSelect
        label={spec.label}
        value={value}
        initial={{ value: spec.value, label: first?.label ?? spec.value }}
        describedBy={docId}
        onChange={(id) => actions.setOption(name, id)}
      >
        {spec.isVariant ? (
          <>
            {options(offered.filter(({ id }) => id === spec.value))}
            <optgroup label="Held-out variants">{options(offered.filter(({ id }) => id !== spec.value))}</optgroup>
          </>
        ) : (
          options(offered)
        )}
      </NativeSelect>
      <p id={docId} className="field-doc">
        {doc}
      </p>
    </div>
  );
}

function OptionField({
  workload,
  name,
  spec,
}: {
  readonly workload: WorkloadDefinition;
  readonly name: string;
  readonly spec: WorkloadOptionSpec;
}) {
  const value = raceStore((state) => state.config.workload.options[name]) ?? spec.value;
  if (spec.kind === 'choice') return <ChoiceField workload={workload} name={name} spec={spec} value={String(value)} />;
  return (
    <NumberField
      label={spec.label}
      isInteger
      scale={spec.max / Math.max(1, spec.min) > 20 ? 'log' : 'linear'}
      value={Number(value)}
      initial={spec.value}
      min={spec.min}
      max={spec.max}
      onChange={(next) => actions.setOption(name, next)}
      doc={`${spec.doc} ${spec.min} to ${spec.max}.`}
    />
  );
}

export function WorkloadSection() {
  const id = raceStore((state) => state.config.workload.id);
  const options = raceStore((state) => state.config.workload.options);
  const workload = findWorkload(id);
  if (!workload) return null;
  const changed = Object.entries(workload.options).filter(([name, spec]) => options[name] !== spec.value).length;
  return (
    <Section title="Workload" changed={changed}>
      <NativeSelect label="Workload" isLabelHidden value={id} onChange={actions.chooseWorkload}>
        {workloadDefinitions.map((definition) => (
          <option key={definition.id} value={definition.id}>
            {definition.label}
          </option>
        ))}
      </NativeSelect>
      <p className="field-doc">{workload.reduces}</p>
      {Object.entries(workload.options).map(([name, spec]) => (
        <OptionField key={`${id} ${name}`} workload={workload} name={name} spec={spec} />
      ))}
      <DataPicture workload={workload} options={options} />
    </Section>
  );
}
