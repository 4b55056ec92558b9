import { counterUniform } from '../../kernels/counter-uniform.ts';
import * as tf from '../../kernels/tf.ts';
import type { Batch, LoadedData, Network, Predictions, Regularization } from '../definition.ts';

/** What one row of a test race is made of. */
export interface TestRun {
  /** One float32 array per parameter tensor. */
  readonly params: readonly Float32Array[];
  readonly seed: number;
  readonly labelSmoothing: number;
  readonly dropout: number;
  /** 0 if missing. */
  readonly auxDropout?: number;
}

export interface TestResult {
  readonly objective: number;
  readonly loss: number;
  /** One array per parameter tensor. */
  readonly gradients: readonly Float32Array[];
}

/** The initial parameters of one seed. */
export function initialParameters(model: Network, seed: number): readonly Float32Array[] {
  return model.parameters.map((spec, tensorIndex) => spec.init(seed, tensorIndex));
}

/** The rows that a pass is made on. */
export interface TestRows extends Pick<LoadedData, 'arrays'> {
  readonly rows: readonly number[];
}

/** `count` consecutive rows. */
export const someRows = (first: number, count: number): readonly number[] => Array.from({ length: count }, (_, i) => first + i);

/** The rows as a batch shared by all runs: (1, rows.length, ...rowShape). */
function makeBatch({ arrays, rows }: TestRows): Batch {
  const entries = Object.entries(arrays).map(([name, { values, rowShape }]) => {
    const size = rowShape.reduce((product, extent) => product * extent, 1);
    const isWhole = values instanceof Int32Array;
    const picked = isWhole ? new Int32Array(rows.length * size) : new Float32Array(rows.length * size);
    for (let i = 0; i < rows.length; i++)
      picked.set(values.subarray((rows[i] as number) * size, ((rows[i] as number) + 1) * size), i * size);
    return [name, tf.tensor(picked, [1, rows.length, ...rowShape], isWhole ? 'int32' : 'float32')] as const;
  });
  return { tensors: Object.fromEntries(entries) };
}

function stackParameters(model: Network, runs: readonly TestRun[]): tf.Tensor[] {
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

/** One forward and backward pass of R runs in one batched computation, as the race engine makes it. Leaves no tensor behind. */
export async function trainOnce(model: Network, runs: readonly TestRun[], on: TestRows, step: number): Promise<readonly TestResult[]> {
  const outputs = tf.tidy(() => {
    const seeds = tf.tensor1d(
      runs.map(({ seed }) => seed),
      'int32',
    );
    const reg: Regularization = {
      labelSmoothing: tf.tensor2d(runs.map((run) => [run.labelSmoothing])),
      dropout: tf.tensor2d(runs.map((run) => [run.dropout])),
      auxDropout: tf.tensor2d(runs.map((run) => [run.auxDropout ?? 0])),
      uniform: (layer, shape) => counterUniform(seeds, step, layer, shape),
    };
    const batch = makeBatch(on);
    const perRun: tf.Tensor[] = [];
    const { grads } = tf.valueAndGrads((...params: tf.Tensor[]) => {
      const { objective, loss } = model.trainLoss(params, batch, reg);
      perRun.push(tf.keep(objective), tf.keep(loss));
      return objective.sum();
    })(stackParameters(model, runs));
    return [...perRun, ...grads];
  });
  const [objective, loss, ...grads] = (await Promise.all(outputs.map((tensor) => tensor.data()))) as [
    Float32Array,
    Float32Array,
    ...Float32Array[],
  ];
  tf.dispose(outputs);
  return runs.map((_, r) => ({
    objective: objective[r] as number,
    loss: loss[r] as number,
    gradients: grads.map((values) => values.slice((r * values.length) / runs.length, ((r + 1) * values.length) / runs.length)),
  }));
}

/**
 * Predictions of R runs for some rows, one list per run.
 *
 * @param calibration rows for batch statistics, where the model asks for some
 */
export async function predictOnce(
  model: Network,
  runs: readonly TestRun[],
  on: TestRows,
  calibration: TestRows | null = null,
): Promise<readonly Predictions[]> {
  const predictions = tf.tidy(() =>
    model.predict(stackParameters(model, runs), makeBatch(on), calibration === null ? null : makeBatch(calibration)),
  );
  const values = (await predictions.data()) as Float32Array;
  predictions.dispose();
  const size = values.length / runs.length;
  return runs.map((_, run) => ({ rows: on.rows.length, values: values.slice(run * size, (run + 1) * size) }));
}
