import type { WorkloadDefinition, WorkloadOptionSpec, WorkloadOptions } from './definition.ts';

/** A stable name for a choice of options, e.g. `depth=2,width=64`: what targets and tuning results are filed under. */
export function optionsKey(options: WorkloadOptions): string {
  return Object.keys(options)
    .sort()
    .map((name) => `${name}=${options[name]}`)
    .join(',');
}

/** The options a workload starts with. */
export function defaultOptions(workload: Pick<WorkloadDefinition, 'options'>): WorkloadOptions {
  return Object.fromEntries(Object.entries(workload.options).map(([name, { value }]) => [name, value]));
}

/** A whole-number option, checked. */
export function integerOption(workload: Pick<WorkloadDefinition, 'id' | 'options'>, options: WorkloadOptions, name: string): number {
  const spec = workload.options[name];
  const value = options[name];
  if (spec?.kind !== 'integer') throw new Error(`Workload ${workload.id} has no whole-number option '${name}'`);
  if (typeof value !== 'number' || !Number.isInteger(value) || value < spec.min || value > spec.max)
    throw new RangeError(`${spec.label} of workload ${workload.id} is ${value}: it must be a whole number from ${spec.min} to ${spec.max}`);
  return value;
}

/** A choice option, checked. */
export function choiceOption(workload: Pick<WorkloadDefinition, 'id' | 'options'>, options: WorkloadOptions, name: string): string {
  const spec = workload.options[name];
  const value = options[name];
  if (spec?.kind !== 'choice') throw new Error(`Workload ${workload.id} has no choice option '${name}'`);
  const found = spec.choices.find(({ id }) => id === value);
  if (!found)
    throw new RangeError(
      `${spec.label} of workload ${workload.id} is '${value}': choose one of ${spec.choices.map(({ id }) => id).join(', ')}`,
    );
  return found.id;
}

type ChoiceSpec = Extract<WorkloadOptionSpec, { readonly kind: 'choice' }>;

/** The option that chooses the base workload or one of AlgoPerf's held-out variants of it. */
export function heldOutVariants(variants: ChoiceSpec['choices'], baseNote?: string): ChoiceSpec {
  return {
    kind: 'choice',
    label: 'Variant',
    doc: "The base workload, or one of AlgoPerf's held-out variants of it.",
    value: 'base',
    isVariant: true,
    choices: [{ id: 'base', label: 'Base', ...(baseNote === undefined ? {} : { note: baseNote }) }, ...variants],
  };
}
