import { normals, STREAM } from '../../kernels/counter-random.ts';
import type { Tensor } from '../../kernels/tf.ts';
import type { ParameterSpec, Regularization } from '../definition.ts';

/** One forward pass of a network. Examples of all runs lie behind one another: a layer's input is (lead * batch, ...), with lead 1 or R. */
export interface Pass {
  /** (R, ...shape) each. */
  readonly params: readonly Tensor[];
  /** R. */
  readonly runs: number;
  /** Examples per run. */
  readonly batch: number;
  /** Null in a deterministic pass. */
  readonly reg: Regularization | null;
  /** Batch normalization takes its statistics from so many examples of each run, the first ones; all in training. */
  readonly statisticsRows: number;
}

/** A layer: its place among the parameters is fixed when it is made. */
export type Layer = (pass: Pass, h: Tensor) => Tensor;

/** Parameters of a network in the making. Layers are made with it, in the order in which their parameters are to lie. */
export class Parameters {
  readonly specs: ParameterSpec[] = [];
  #sites = 0;

  /** Adds a tensor; returns how to find it in a pass: (R, ...shape). */
  add(spec: ParameterSpec): (pass: Pass) => Tensor {
    const index = this.specs.push(spec) - 1;
    return ({ params }) => params[index] as Tensor;
  }

  /** Normal numbers of that standard deviation. */
  normal(name: string, shape: readonly number[], deviation: number): (pass: Pass) => Tensor {
    const size = shape.reduce((product, extent) => product * extent, 1);
    return this.add({
      name,
      shape,
      init: (seed, tensorIndex) => normals(seed, tensorIndex, STREAM.init, size).map((value) => value * deviation),
    });
  }

  constant(name: string, shape: readonly number[], value: number): (pass: Pass) => Tensor {
    const size = shape.reduce((product, extent) => product * extent, 1);
    return this.add({ name, shape, init: () => new Float32Array(size).fill(value) });
  }

  /** A number that no other place has that draws random numbers. */
  site(): number {
    this.#sites += 1;
    return this.#sites - 1;
  }
}

/** 1 for what all runs share, R for what they have each. */
export const leadOf = ({ batch }: Pick<Pass, 'batch'>, h: Tensor): number => (h.shape[0] as number) / batch;

/** What all runs share, once for every run: (lead * B, ...) -> (R * B, ...). */
export const everyRun = ({ runs, batch }: Pick<Pass, 'runs' | 'batch'>, h: Tensor): Tensor =>
  h.shape[0] === runs * batch ? h : h.tile([runs, ...h.shape.slice(1).map(() => 1)]);
