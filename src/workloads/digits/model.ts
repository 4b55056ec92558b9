import { normals, STREAM } from '../../kernels/counter-random.ts';
import type { Tensor } from '../../kernels/tf.ts';
import { classPredictions, crossEntropies } from '../classification.ts';
import type { Batch, Network, ParameterSpec, Regularization } from '../definition.ts';

/** Normal weights of variance gain / fan-in: gain 2 before a ReLU (He et al., 2015, eq. 10), 1 before the softmax. Biases start at 0. */
function layerParameters(layer: number, inputs: number, outputs: number, gain: number): readonly ParameterSpec[] {
  const scale = Math.sqrt(gain / inputs);
  return [
    {
      name: `W${layer}`,
      shape: [inputs, outputs],
      init: (seed, tensorIndex) => normals(seed, tensorIndex, STREAM.init, inputs * outputs).map((value) => value * scale),
    },
    { name: `b${layer}`, shape: [outputs], init: () => new Float32Array(outputs) },
  ];
}

/** Inverted dropout: kept units are divided by the probability of keeping, so that evaluation needs no rescaling. h (R, B, width) */
function dropOut(h: Tensor, layer: number, { dropout, uniform }: Regularization): Tensor {
  const [, batch, width] = h.shape as [number, number, number];
  const p = dropout.expandDims(2); // (R, 1, 1)
  const kept = uniform(layer, [batch, width]).greaterEqual(p).cast('float32'); // (R, B, width)
  return h.mul(kept.div(p.neg().add(1)));
}

/**
 * Logits (R, B, C) of a ReLU network. TensorFlow.js's `relu` is a select on cpu, wasm and webgpu alike and lets NaN through, and its
 * gradient masks by `step`: a NaN anywhere reaches the loss, where it is seen.
 */
function forward(params: readonly Tensor[], batch: Batch, reg: Regularization | null): Tensor {
  const depth = params.length / 2 - 1;
  let h = batch.tensors.x as Tensor; // (1 or R, B, 64)
  for (let layer = 0; layer <= depth; layer++) {
    const [W, b] = params.slice(2 * layer, 2 * layer + 2) as [Tensor, Tensor]; // (R, in, out), (R, out)
    h = h.matMul(W).add(b.expandDims(1));
    if (layer < depth) {
      h = h.relu();
      if (reg && reg.hasDropout !== false) h = dropOut(h, layer, reg);
    }
  }
  return h;
}

/** A network of `depth` hidden ReLU layers of `width` units. See `digits.ts`. */
export function digitsModel(inputs: number, width: number, depth: number, classes: number): Network {
  const sizes = [inputs, ...Array<number>(depth).fill(width), classes];
  const parameters = sizes
    .slice(1)
    .flatMap((outputs, layer) => layerParameters(layer, sizes[layer] as number, outputs, layer < depth ? 2 : 1));
  return {
    parameters,
    trainLoss(params, batch, reg) {
      const { plain, smoothed } = crossEntropies(forward(params, batch, reg), batch.tensors.y as Tensor, reg.labelSmoothing);
      return { loss: plain, objective: smoothed };
    },
    predict: (params, batch) => classPredictions(forward(params, batch, null), batch.tensors.y as Tensor),
  };
}
