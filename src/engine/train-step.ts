import type { RowStatus, RunnerSamples } from '../kernels/optimizer-runner.ts';

/**
 * One group of runs trained in lockstep: the seam between the training loop and what computes a step.
 * Rows are the group's runs, R of them. Only `readSamples`, `status` and `evaluate` wait for the device.
 */
export interface TrainStep {
  /**
   * Makes race step `t` for every row that is still active; `batches` holds one row index list per distinct seed of the race.
   * Where the step is computed here rather than by a device, a long one lets other tasks run in between and is done when its promise is.
   */
  step(t: number, batches: BatchIndices): Promise<void> | undefined;
  /** Samples of the steps since the last call, in step order. Must be called before more than `SAMPLE_CAPACITY` steps are pending. */
  readSamples(): Promise<RunnerSamples>;
  status(): Promise<readonly RowStatus[]>;
  evaluate(): Promise<Evaluation>;
  dispose(): void;
}

/** Predictions of all validation rows, (validation rows, K) row-major, one array per run; null for runs that were not asked for. */
export type RunPredictions = readonly (Float32Array | null)[];

/** What runs say of the validation rows. */
export interface Evaluation {
  /** Where each run is to be evaluated: the point that its optimizer names, else its parameters. */
  readonly atPoint: RunPredictions;
  /** At the parameters, where gradients are taken: for runs whose optimizer names another point. Null where none does. */
  readonly atParams: RunPredictions | null;
  /** What runs write where they are to be evaluated, (rows, K) row-major. Null for networks that write nothing. */
  readonly written: RunPredictions | null;
}

/** Rows of the training data of one step, per seed. */
export type BatchIndices = ReadonlyMap<number, Int32Array>;
