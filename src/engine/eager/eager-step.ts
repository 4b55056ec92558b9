import { counterUniform } from '../../kernels/counter-uniform.ts';
import type { ParamLayout } from '../../kernels/layout.ts';
import type { RowStatus, RunnerSamples } from '../../kernels/optimizer-runner.ts';
import * as tf from '../../kernels/tf.ts';
import type { Network, Regularization } from '../../workloads/definition.ts';
import type { RunConfig } from '../config.ts';
import type { BatchIndices, Evaluation, RunPredictions, TrainStep } from '../train-step.ts';
import type { DeviceData } from './device-data.ts';
import type { ParameterUpdater } from './parameter-updater.ts';
import { splitParameters } from './split-parameters.ts';

export interface EagerStepOptions {
  readonly model: Network;
  readonly layout: ParamLayout;
  readonly data: DeviceData;
  readonly runs: readonly RunConfig[];
  readonly updater: ParameterUpdater<tf.Tensor>;
  /** Validation rows evaluated at once. */
  readonly evaluationRows: number;
}

/**
 * A training step made of TensorFlow.js operations on the current backend: forward and backward pass of all rows at once,
 * then the optimizer update by `updater`.
 */
export class EagerStep implements TrainStep {
  readonly #options: EagerStepOptions;
  readonly #seeds: readonly number[];
  /** All rows share one seed, so that one copy of the batch serves them all. */
  readonly #isShared: boolean;
  readonly #labelSmoothing: tf.Tensor2D; // (R, 1)
  readonly #dropout: tf.Tensor2D; // (R, 1)
  readonly #auxDropout: tf.Tensor2D; // (R, 1)
  readonly #hasDropout: boolean;
  readonly #seedTensor: tf.Tensor1D; // (R) int32

  constructor(options: EagerStepOptions) {
    const { runs } = options;
    this.#options = options;
    this.#seeds = runs.map(({ seed }) => seed);
    this.#isShared = this.#seeds.every((seed) => seed === this.#seeds[0]);
    const column = (values: readonly number[]): tf.Tensor2D => tf.tensor2d([...values], [runs.length, 1]);
    this.#labelSmoothing = column(runs.map(({ racer }) => racer.labelSmoothing));
    this.#dropout = column(runs.map(({ racer }) => racer.dropout));
    this.#auxDropout = column(runs.map(({ racer }) => racer.auxDropout));
    this.#seedTensor = tf.tensor1d([...this.#seeds], 'int32');
    this.#hasDropout = runs.some(({ racer }) => racer.dropout > 0 || racer.auxDropout > 0);
  }

  step(t: number, batches: BatchIndices): undefined {
    const { updater } = this.#options;
    const [grads, objective, loss] = this.gradient(t, batches);
    updater.update(grads, objective, loss);
    tf.dispose([grads, objective, loss]);
  }

  /** Gradient (R, n), objective (R) and plain loss (R) at the current point for race step `t`. The caller disposes. */
  gradient(t: number, batches: BatchIndices): [tf.Tensor, tf.Tensor, tf.Tensor] {
    const { model, layout, data, updater } = this.#options;
    const kept: tf.Tensor[] = [];
    const gradient = tf.tidy(() => {
      const batch = data.batch(this.#rowIndices(batches), this.#isShared ? 1 : this.#seeds.length);
      const regularization = this.#regularization(t);
      const { value, grad } = tf.valueAndGrad((flat: tf.Tensor) => {
        const { objective, loss } = model.trainLoss(splitParameters(flat, layout), batch, regularization);
        kept.push(tf.keep(objective.clone()), tf.keep(loss.clone()));
        return objective.sum();
      })(updater.params);
      value.dispose();
      return grad;
    });
    const [objective, loss] = kept as [tf.Tensor, tf.Tensor];
    return [gradient, objective, loss];
  }

  readSamples(): Promise<RunnerSamples> {
    return this.#options.updater.readSamples();
  }

  status(): Promise<readonly RowStatus[]> {
    return this.#options.updater.status();
  }

  async evaluate(): Promise<Evaluation> {
    const { updater } = this.#options;
    const points = updater.evalParams();
    const atPoint = await this.#evaluateAt(points);
    const written = await this.#writeAt(points);
    points.dispose();
    return { atPoint, atParams: updater.hasEvalPoint ? await this.#evaluateAt(updater.params) : null, written };
  }

  async #writeAt(points: tf.Tensor): Promise<RunPredictions | null> {
    const { model, layout, data } = this.#options;
    const { writer } = model;
    if (writer === undefined) return null;
    const written = tf.tidy(() => {
      const params = splitParameters(points, layout);
      let state = writer.start(params, data.slice(data.trainRows, writer.rows));
      for (let step = 0; step < writer.steps; step++) state = writer.next(params, state, tf.tensor1d([step]));
      return state[0] as tf.Tensor;
    });
    const values = (await written.data()) as Float32Array;
    written.dispose();
    const size = values.length / this.#seeds.length;
    return this.#seeds.map((_, run) => values.slice(run * size, (run + 1) * size));
  }

  async #evaluateAt(points: tf.Tensor): Promise<RunPredictions> {
    const { model, layout, data, evaluationRows } = this.#options;
    const { calibrationRows = 0 } = model;
    const slices: Float32Array[] = [];
    for (let start = 0; start < data.validationRows; start += evaluationRows) {
      const count = Math.min(evaluationRows, data.validationRows - start);
      const predictions = tf.tidy(() =>
        model.predict(
          splitParameters(points, layout),
          data.slice(data.trainRows + start, count),
          calibrationRows === 0 ? null : data.slice(0, calibrationRows),
        ),
      );
      slices.push((await predictions.data()) as Float32Array);
      predictions.dispose();
    }
    const runs = this.#seeds.length;
    return this.#seeds.map((_, run) => {
      const pieces = slices.map((values) => values.subarray((run * values.length) / runs, ((run + 1) * values.length) / runs));
      const own = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const piece of pieces) {
        own.set(piece, at);
        at += piece.length;
      }
      return own;
    });
  }

  dispose(): void {
    this.#options.updater.dispose();
    tf.dispose([this.#labelSmoothing, this.#dropout, this.#auxDropout, this.#seedTensor]);
  }

  #rowIndices(batches: BatchIndices): Int32Array {
    const seeds = this.#isShared ? this.#seeds.slice(0, 1) : this.#seeds;
    const lists = seeds.map((seed) => {
      const list = batches.get(seed);
      if (list === undefined) throw new Error(`no batch for seed ${seed}`);
      return list;
    });
    const [first] = lists;
    if (lists.length === 1 && first !== undefined) return first;
    const size = first?.length ?? 0;
    const joined = new Int32Array(size * lists.length);
    lists.forEach((list, row) => {
      joined.set(list, row * size);
    });
    return joined;
  }

  #regularization(t: number): Regularization {
    return {
      labelSmoothing: this.#labelSmoothing,
      dropout: this.#dropout,
      auxDropout: this.#auxDropout,
      hasDropout: this.#hasDropout,
      uniform: (layer, shape) => counterUniform(this.#seedTensor, t, layer, shape),
    };
  }
}
