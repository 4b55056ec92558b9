import type { WorkloadDefinition } from './definition.ts';

/** A label inside a sentence: `Validation error` becomes `validation error`; abbreviations such as `SSIM` and `chrF2` stay as they are. */
export const inSentence = (label: string): string =>
  /^[A-Z][a-z]*\b/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;

/** What a workload's training loss is called, and its unit. */
export const lossOf = (workload: WorkloadDefinition | undefined): NonNullable<WorkloadDefinition['loss']> =>
  workload?.loss ?? { label: 'cross-entropy', unit: 'nats' };
