import type { OptimizerDefinition } from '../optimizers/definition.ts';
import { optimizers } from '../optimizers/registry.ts';
import type { WorkloadDefinition } from '../workloads/definition.ts';
import { findWorkload } from '../workloads/registry.ts';

/** The optimizer of that id; throws for an id no registry knows (`validateRace` reports those first). */
export function optimizerOf(id: string): OptimizerDefinition {
  const found = optimizers.find((definition) => definition.id === id);
  if (found === undefined)
    throw new Error(`unknown optimizer '${id}': known are ${optimizers.map((definition) => definition.id).join(', ')}`);
  return found;
}

/** The workload of that id; throws like `optimizerOf`. */
export function workloadOf(id: string): WorkloadDefinition {
  const found = findWorkload(id);
  if (found === undefined) throw new Error(`unknown workload '${id}'`);
  return found;
}
