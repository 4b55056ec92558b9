import type { OptimizerDefinition } from '../../optimizers/definition.ts';
import { optimizers } from '../../optimizers/registry.ts';
import type { WorkloadDefinition } from '../../workloads/definition.ts';
import { workloads } from '../../workloads/registry.ts';

const optimizerById = new Map(optimizers.map((definition) => [definition.id, definition]));
const workloadById = new Map(workloads.map((definition) => [definition.id, definition]));

/** Every optimizer and workload the page offers, in the order of the registries. */
export const optimizerDefinitions: readonly OptimizerDefinition[] = optimizers;
export const workloadDefinitions: readonly WorkloadDefinition[] = workloads;

/** Undefined for an id that no registry knows, e.g. in a recording made by a newer version. */
export const findOptimizer = (id: string): OptimizerDefinition | undefined => optimizerById.get(id);
export const findWorkload = (id: string): WorkloadDefinition | undefined => workloadById.get(id);
