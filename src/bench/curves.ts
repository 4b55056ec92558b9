import { mlpSpec, type NetworkSpec } from '../engine/testing/networks/specs.ts';
import type { CurveAxis, Rates } from './report.ts';
import type { TrainingCase } from './trainer.ts';

const WIDTH = 64;
const BATCH = 128;

/** What each axis runs over; the other two sizes stay those of the small MLP with one run. */
export const CURVE_VALUES: Readonly<Record<CurveAxis, readonly number[]>> = {
  runs: [1, 2, 4, 8, 16, 32, 64],
  width: [16, 32, 64, 128, 256, 512, 1024],
  batch: [16, 32, 64, 128, 256, 512, 1024],
};

export function curveCase(axis: CurveAxis, value: number): TrainingCase {
  const network = mlpSpec(axis === 'width' ? value : WIDTH, axis === 'batch' ? value : BATCH);
  return { network, runs: axis === 'runs' ? value : 1 };
}

/** Multiply-adds and least memory traffic of one training step of all runs. */
export interface StepWork {
  readonly multiplyAdds: number;
  readonly bytes: number;
}

const FLOAT = 4;
/** Adam reads and writes x, m and v, and the gradient is written once and read once. */
const ADAM_VECTORS = 8;

/** Work of a step of an MLP: forward, the weights' gradients, and the inputs' gradients of all layers but the first, whose inputs are data. */
export function mlpWork({ network, runs }: TrainingCase): StepWork {
  const sizes = sizesOf(network);
  const products = sizes.slice(1).map((outputs, layer) => (sizes[layer] as number) * outputs);
  const total = products.reduce((sum, product) => sum + product, 0);
  const parameters = total + sizes.slice(1).reduce((sum, outputs) => sum + outputs, 0);
  return {
    multiplyAdds: runs * network.batch * (3 * total - (products[0] as number)),
    bytes: runs * ADAM_VECTORS * FLOAT * parameters,
  };
}

function sizesOf({ id, sizes }: NetworkSpec): readonly number[] {
  if (sizes.kind !== 'mlp') throw new Error(`${id} is no MLP.`);
  return sizes.sizes;
}

/** Least time of a step, ms: its products at the rate of a bare product, or its traffic at that of a copy, whichever takes longer. */
export function floorMs({ multiplyAdds, bytes }: StepWork, { multiplyAddsPerSecond, copyBytesPerSecond }: Rates): number {
  return 1000 * Math.max(multiplyAdds / multiplyAddsPerSecond, bytes / copyBytesPerSecond);
}

/** The product of an MLP's two hidden layers, which is its largest one where they are as wide as its inputs or wider. */
export function hiddenProduct(network: NetworkSpec): { readonly m: number; readonly n: number; readonly k: number } {
  const width = sizesOf(network)[1] as number;
  return { m: network.batch, n: width, k: width };
}

/** Share of the bare hidden product's rate that a step reaches: both times for all runs, ms. */
export function productShare(on: TrainingCase, stepMs: number, productMs: number): number {
  const { m, n, k } = hiddenProduct(on.network);
  return mlpWork(on).multiplyAdds / stepMs / ((on.runs * m * n * k) / productMs);
}
