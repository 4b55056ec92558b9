/**
 * Names of the memory that an optimizer shares with the network and with the host, each of one run unless said otherwise.
 * The network writes `grads`, `objective` and `loss` and reads `params`; everything else is the optimizer's.
 */
export const EXTERNALS = {
  params: 'params', // (n)
  grads: 'grads', // (n), at params
  objective: 'objective', // (1), what was differentiated
  loss: 'loss', // (1), what is recorded
  step: 'step', // (1) int32, shared: 0-based race step
  start: 'start', // (n), the initial parameters
  horizon: 'horizon', // (1) int32
  isActive: 'isActive', // (1), 0 or 1
  divergedAt: 'divergedAt', // (1) int32, -1 while not diverged
  cause: 'cause', // (1) int32, as causeCode
  k: 'k', // (1) int32, steps made and not skipped
  observed: 'observed', // (4): RUNNER_COLUMNS of the last step
  evalPoint: 'evalPoint', // (n), where evaluation measures instead of params
} as const;

/** Memory that belongs to one part: parts of other programs may have the same slots with other sizes. */
export interface PartNames {
  /** (2 + tables): L, mult, then the table's values at the run's own k. Written by the host before each step. */
  readonly stepInputs: string;
  /** Row hyperparameters, lists flattened, then derived values. */
  readonly constants: string;
  slot(name: string): string; // (n)
  scalar(name: string): string; // (S * k)
}

export function partNames(part: string): PartNames {
  return {
    stepInputs: `${part}: step inputs`,
    constants: `${part}: constants`,
    slot: (name) => `${part}: slot ${name}`,
    scalar: (name) => `${part}: scalar ${name}`,
  };
}

/** The graph's output that becomes the next value of an external that it also reads. */
export const nextOf = (external: string): string => `next ${external}`;
