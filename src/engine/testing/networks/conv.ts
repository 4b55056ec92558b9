import type { Tensor } from '../../../kernels/tf.ts';
import type { Network } from '../../../workloads/definition.ts';
import { classifier } from './head.ts';
import { constants, weights } from './parameters.ts';

const FILTER = 3;

export interface ConvSizes {
  /** Height and width of the single-channel image. */
  readonly side: number;
  /** Output channels of each convolution; each is followed by a ReLU and a 2 x 2 maximum. */
  readonly channels: readonly number[];
  readonly classes: number;
}

/**
 * A 3 x 3 convolution with zero padding ('same') and filters of each run's own, as patches times a matrix.
 * `h` (lead, B, side * side * inputs) with lead 1 or R, `W` (R, 9 * inputs, outputs) in the order row, column, input channel.
 * @returns (R, B * side * side, outputs)
 */
function convolve(h: Tensor, side: number, W: Tensor): Tensor {
  const [lead, batch] = h.shape as [number, number];
  const inputs = (W.shape[1] as number) / FILTER ** 2;
  // R and B merged: at rank 5 the backends' pad, and so the gradient of slice, is wrong.
  const image = h.reshape([lead * batch, side, side, inputs]);
  const padded = image.pad([
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ]);
  const taps: Tensor[] = [];
  for (let y = 0; y < FILTER; y++)
    for (let x = 0; x < FILTER; x++) taps.push(padded.slice([0, y, x, 0], [lead * batch, side, side, inputs]));
  const [first, ...others] = taps as [Tensor, ...Tensor[]];
  const patches = first.concat(others, 3); // (lead * B, side, side, 9 * inputs)
  return patches.reshape([lead, batch * side * side, FILTER ** 2 * inputs]).matMul(W);
}

/**
 * Convolutions of 3 x 3, each with ReLU and a 2 x 2 maximum, then a dense layer.
 * Batches: x (1 or R, B, side * side), y one-hot (1 or R, B, classes). Parameters: W0 (9, channels), b0, W1 (9 * channels, ...), b1, ..., W, b.
 */
export function convModel({ side, channels, classes }: ConvSizes): Network {
  const layers = channels.map((outputs, layer) => ({
    side: side >> layer,
    inputs: layer === 0 ? 1 : (channels[layer - 1] as number),
    outputs,
  }));
  const pooledSide = side >> channels.length;
  const features = pooledSide ** 2 * (channels.at(-1) as number);
  return {
    parameters: [
      ...layers.flatMap(({ inputs, outputs }, layer) => [
        weights(`W${layer}`, [FILTER ** 2 * inputs, outputs], 2),
        constants(`b${layer}`, outputs, 0),
      ]),
      weights('W', [features, classes], 1),
      constants('b', classes, 0),
    ],
    ...classifier((params, x) => {
      const R = (params[0] as Tensor).shape[0] as number;
      const B = x.shape[1] as number;
      let h = x;
      layers.forEach(({ side: height, outputs }, layer) => {
        const [W, b] = params.slice(2 * layer, 2 * layer + 2) as [Tensor, Tensor];
        const z = convolve(h, height, W).add(b.expandDims(1)).relu(); // (R, B * height^2, outputs)
        h = z
          .reshape([R * B, height, height, outputs])
          .maxPool(2, 2, 'valid')
          .reshape([R, B, -1]);
      });
      const [W, b] = params.slice(-2) as [Tensor, Tensor];
      return h.matMul(W).add(b.expandDims(1));
    }, classes),
  };
}
