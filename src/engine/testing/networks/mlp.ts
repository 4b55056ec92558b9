import type { Tensor } from '../../../kernels/tf.ts';
import type { Network } from '../../../workloads/definition.ts';
import { classifier } from './head.ts';
import { constants, weights } from './parameters.ts';

/**
 * A ReLU network; `sizes` are the widths from the inputs to the classes, e.g. [64, 64, 64, 10].
 * Batches: x (1 or R, B, inputs), y one-hot (1 or R, B, classes). Parameters: W0 (inputs, width), b0 (width), W1, b1 ...
 */
export function mlpModel(sizes: readonly number[]): Network {
  const last = sizes.length - 2;
  const classes = sizes[last + 1] as number;
  const pairs = sizes.slice(1).map((outputs, layer) => [sizes[layer] as number, outputs] as const);
  return {
    parameters: pairs.flatMap(([inputs, outputs], layer) => [
      weights(`W${layer}`, [inputs, outputs], layer < last ? 2 : 1),
      constants(`b${layer}`, outputs, 0),
    ]),
    ...classifier((params, x) => {
      let h = x;
      for (let layer = 0; layer <= last; layer++) {
        const [W, b] = params.slice(2 * layer, 2 * layer + 2) as [Tensor, Tensor]; // (R, in, out), (R, out)
        h = h.matMul(W).add(b.expandDims(1));
        if (layer < last) h = h.relu();
      }
      return h;
    }, classes),
  };
}
