import type { Target, WorkloadOptions } from './definition.ts';
import { optionsKey } from './options.ts';

/** One entry of a workload's targets.json. */
export interface TargetRecord extends Target {
  /** Best validation value of each rerun, null where it diverged and counts as worst; the target is their median. */
  readonly values: readonly (number | null)[];
  /** Batch size of the reruns. */
  readonly batch: number;
}

/** The target on file for these options; its source says so when it was found with another batch size. Null when there is none. */
export function findTarget(records: Readonly<Record<string, TargetRecord>>, options: WorkloadOptions, batch: number): Target | null {
  const record = records[optionsKey(options)];
  if (!record) return null;
  const { value, source } = record;
  return { value, source: record.batch === batch ? source : `${source} Found with batch size ${record.batch}.` };
}
