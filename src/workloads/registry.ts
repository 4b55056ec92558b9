import type { WorkloadDefinition } from './definition.ts';
import { digits } from './digits/digits.ts';
import { logistic } from './logistic/logistic.ts';
import { molecules } from './molecules/molecules.ts';

/** Every workload, in the order in which the page offers them. */
export const workloads: readonly WorkloadDefinition[] = [digits, logistic, molecules];

export function findWorkload(id: string): WorkloadDefinition | undefined {
  return workloads.find((workload) => workload.id === id);
}
