import type { TensorSpec } from '../../kernels/layout.ts';
import type { HyperValues } from '../../kernels/step-program.ts';

/** One row of a golden batch: one recorded configuration. */
export interface GoldenRow {
  /** Optimizer id of the registry. */
  readonly optimizer: string;
  /** Complete values of the definition's hyper table. */
  readonly hyper: HyperValues;
  /** Relative schedule multiplier of every step. */
  readonly mult: readonly number[];
}

/** All configurations of one problem and optimizer, run in lockstep. Plain data: it may cross a process boundary as JSON. */
export interface GoldenBatch {
  readonly tensors: readonly TensorSpec[];
  readonly rows: readonly GoldenRow[];
  /** The common start, packed: tensors one after another without padding. */
  readonly x0: readonly number[];
  readonly steps: number;
}

/** What a runner holds after a step. */
export interface SteppedState {
  /** (R, size) packed without padding, row-major. */
  readonly params: Float32Array | Float64Array;
  /** Per row, the program's scalars by name; each has S * k values. */
  readonly scalars: readonly Readonly<Record<string, readonly number[]>>[];
}

/**
 * A runner behind the replay: the float64 reference, tfjs ops, or the fused kernels in a browser. The replay computes gradients on the host in float64 from `params`, so that only the optimizer is under test.
 * Calls come in this order: begin, step x steps, end; then the next begin; close last.
 */
export interface GoldenStepper {
  begin(batch: GoldenBatch): Promise<void>;
  /** grads (R, size) packed, objective (R); a single-precision runner rounds both to float32 (Math.fround). */
  step(grads: Float64Array, objective: Float64Array): Promise<SteppedState>;
  /** Frees what `begin` took. */
  end(): Promise<void>;
  /** Frees everything, e.g. the browser. */
  close(): Promise<void>;
}
