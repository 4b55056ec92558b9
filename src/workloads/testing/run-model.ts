import { counterUniform } from '../../kernels/counter-uniform.ts';
import * as tf from '../../kernels/tf.ts';
import type { Batch, LoadedData, Model, Regularization } from '../definition.ts';

/** What one row of a test race is made of. */
export interface TestRun {
  /** One float32 array per parameter tensor. */
  readonly params: readonly Float32Array[];
  readonly seed: number;
  readonly labelSmoothing: number;
  readonly dropout: number;
}

export interface TestResult {
  readonly objective: number;
  readonly loss: number;
  /** One array per parameter tensor. */
  readonly gradients: readonly Float32Array[];
}

/** The initial parameters of one seed. */
export function initialParameters(model: Model, seed: number): readonly Float32Array[] {
  return model.parameters.map((spec, tensorIndex) => spec.init(seed, tensorIndex));
}

/** Rows of a data set as a batch shared by all runs: (1, rows.length, ...rowShape). */
export function makeBatch(data: Pick<LoadedData, 'arrays'>, rows: ArrayLike<number>): Batch {
  const entries = Object.entries(data.arrays).map(([name, { values, rowShape }]) => {
    const size = rowShape.reduce((product, extent) => product * extent, 1);
    const picked = new Float32Array(rows.length * size);
    for (let i = 0; i < rows.length; i++)
      picked.set(values.subarray((rows[i] as number) * size, ((rows[i] as number) + 1) * size), i * size);
    return [name, tf.tensor(picked, [1, rows.length, ...rowShape])] as const;
  });
  return { tensors: Object.fromEntries(entries) };
}

function stackParameters(model: Model, runs: readonly TestRun[]): tf.Tensor[] {
  return model.parameters.map(({ shape, name }, i) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const values = new Float32Array(runs.length * size);
    runs.forEach(({ params }, r) => {
      const own = params[i];
      if (own?.length !== size) throw new Error(`${name}: ${own?.length} values for shape (${shape})`);
      values.set(own, r * size);
    });
    return tf.tensor(values, [runs.length, ...shape]);
  });
}

/** One forward and backward pass of R runs in one batched computation, as the race engine makes it. */
export function trainOnce(model: Model, runs: readonly TestRun[], batch: Batch, step: number): readonly TestResult[] {
  return tf.tidy(() => {
    const R = runs.length;
    const seeds = tf.tensor1d(
      runs.map(({ seed }) => seed),
      'int32',
    );
    const reg: Regularization = {
      labelSmoothing: tf.tensor2d(runs.map((run) => [run.labelSmoothing])),
      dropout: tf.tensor2d(runs.map((run) => [run.dropout])),
      uniform: (layer, shape) => counterUniform(seeds, step, layer, shape),
    };
    const kept: tf.Tensor[] = [];
    const { value, grads } = tf.valueAndGrads((...params: tf.Tensor[]) => {
      const { objective, loss } = model.trainLoss(params, batch, reg);
      kept.push(tf.keep(loss), tf.keep(objective));
      return objective.sum();
    })(stackParameters(model, runs));
    value.dispose();
    const [loss, objective] = kept.map((tensor) => tensor.dataSync()) as [Float32Array, Float32Array];
    const flat = grads.map((grad) => grad.dataSync() as Float32Array);
    tf.dispose(kept);
    return runs.map((_, r) => ({
      objective: objective[r] as number,
      loss: loss[r] as number,
      gradients: flat.map((values) => values.slice((r * values.length) / R, ((r + 1) * values.length) / R)),
    }));
  });
}

/** Metrics of R runs, one list per run. */
export function evaluateOnce(model: Model, runs: readonly TestRun[], batch: Batch): readonly number[][] {
  return tf.tidy(() => model.evaluate(stackParameters(model, runs), batch).arraySync() as number[][]);
}
