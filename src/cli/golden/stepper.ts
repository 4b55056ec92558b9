import { type ParamLayout, planLayout, type TensorSpec } from '../../kernels/layout.ts';
import type { RowStatus, RunnerSpec } from '../../kernels/optimizer-runner.ts';
import type { HyperValues } from '../../kernels/step-program.ts';
import { optimizers } from '../../optimizers/registry.ts';

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
  /** Per row, the program's scalars by name, each S * k values, and the row's own counter as `k`. */
  readonly scalars: readonly Readonly<Record<string, readonly number[]>>[];
}

/**
 * A runner behind the replay: the float64 reference, tfjs ops, or the fused kernels in a browser. The replay computes gradients on the host
 * in float64 from `params`, so that only the optimizer is under test. Calls come in this order: begin, steps, end; then the next begin; close
 * last. `evalPoints`, `slots` and `status` tell about the last step; they may be left out, because they cost a read-back.
 */
export interface GoldenStepper {
  begin(batch: GoldenBatch): Promise<void>;
  /** grads (R, size) packed, objective (R); a single-precision runner rounds both to float32 (Math.fround). */
  step(grads: Float64Array, objective: Float64Array): Promise<SteppedState>;
  /** The points to evaluate, (R, size) packed: `evalPoint` of each row's program, else its parameters. */
  evalPoints(): Promise<Float32Array | Float64Array>;
  /** The program's slots of each row, packed. */
  slots(): Promise<readonly Readonly<Record<string, readonly number[]>>[]>;
  /** Where each row stands. */
  status(): Promise<readonly RowStatus[]>;
  /** Frees what `begin` took. */
  end(): Promise<void>;
  /** Frees everything, e.g. the browser. */
  close(): Promise<void>;
}

/** The batch as a runner's spec; `align` as in `planLayout`. */
export function runnerSpec(batch: GoldenBatch, align: number): RunnerSpec {
  const layout = planLayout(batch.tensors, align);
  const rows = batch.rows.map(({ optimizer, hyper, mult }) => {
    const definition = optimizers.find(({ id }) => id === optimizer);
    if (!definition) throw new Error(`The registry has no optimizer "${optimizer}".`);
    return { program: definition.program, hyper, mult: Float64Array.from(mult), horizonSteps: batch.steps };
  });
  return { layout, rows, x0: padRows(Float64Array.from(rows.flatMap(() => batch.x0)), layout), totalSteps: batch.steps };
}

/** (R, size) packed -> (R, n), padding zero. */
export function padRows(packed: ArrayLike<number>, layout: ParamLayout): Float64Array<ArrayBuffer> {
  const rows = packed.length / layout.size;
  const result = new Float64Array(rows * layout.n);
  forEachElement(rows, layout, (from, to) => {
    result[to] = packed[from] as number;
  });
  return result;
}

/** (R, n) -> (R, size) packed. */
export function packRows(padded: ArrayLike<number>, layout: ParamLayout): Float64Array<ArrayBuffer> {
  const rows = padded.length / layout.n;
  const result = new Float64Array(rows * layout.size);
  forEachElement(rows, layout, (to, from) => {
    result[to] = padded[from] as number;
  });
  return result;
}

function forEachElement(rows: number, layout: ParamLayout, visit: (packed: number, padded: number) => void): void {
  for (let row = 0; row < rows; row += 1) {
    let packed = row * layout.size;
    for (const { offset, size } of layout.tensors) {
      for (let element = 0; element < size; element += 1) visit(packed++, row * layout.n + offset + element);
    }
  }
}
