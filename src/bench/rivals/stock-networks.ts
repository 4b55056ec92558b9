import type { NetworkSizes } from '../../engine/testing/networks/specs.ts';
import { LAYER_NORM_EPS } from '../../engine/testing/networks/transformer.ts';
import * as tf from '../../kernels/tf.ts';

/** A network of one run as a user of TensorFlow.js would write it. */
export interface StockNetwork {
  /** Mean cross-entropy, a scalar. x (B, ...), y one-hot. */
  loss(params: readonly tf.Tensor[], x: tf.Tensor, y: tf.Tensor): tf.Scalar;
  /** Shape of a parameter, whose values are in the order of the network's own model. */
  parameterShape(index: number, shape: readonly number[]): number[];
  inputShape(batch: number): number[];
  labelShape(batch: number): number[];
}

const crossEntropy = (y: tf.Tensor, z: tf.Tensor): tf.Scalar => tf.losses.softmaxCrossEntropy(y, z).asScalar();

const dense = (h: tf.Tensor, W: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.add(tf.matMul(h as tf.Tensor2D, W as tf.Tensor2D), b);

function mlp(sizes: readonly number[]): StockNetwork {
  return {
    loss(params, x, y) {
      const last = params.length / 2 - 1;
      let h = x;
      for (let layer = 0; layer <= last; layer++) {
        h = dense(h, params[2 * layer] as tf.Tensor, params[2 * layer + 1] as tf.Tensor);
        if (layer < last) h = tf.relu(h);
      }
      return crossEntropy(y, h);
    },
    parameterShape: (_, shape) => [...shape],
    inputShape: (batch) => [batch, sizes[0] as number],
    labelShape: (batch) => [batch, sizes.at(-1) as number],
  };
}

/** 3 x 3 'same' convolution as patches times a matrix, for backends whose `conv2d` cannot be differentiated. W (3, 3, in, out) */
function patchConvolution(h: tf.Tensor4D, W: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, inputs] = h.shape;
  const [rows, columns, , outputs] = W.shape;
  const padded = tf.pad(h, [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ]);
  const taps = Array.from({ length: rows * columns }, (_, tap) =>
    tf.slice(padded, [0, Math.floor(tap / columns), tap % columns, 0], [batch, height, width, inputs]),
  );
  const patches = tf.concat(taps, 3).reshape([batch * height * width, rows * columns * inputs]) as tf.Tensor2D;
  return tf.matMul(patches, W.reshape([rows * columns * inputs, outputs]) as tf.Tensor2D).reshape([batch, height, width, outputs]);
}

function conv({ side, channels, classes }: Extract<NetworkSizes, { kind: 'conv' }>, usesPatches: boolean): StockNetwork {
  return {
    loss(params, x, y) {
      let h = x as tf.Tensor4D;
      channels.forEach((_, layer) => {
        const W = params[2 * layer] as tf.Tensor4D;
        const z = usesPatches ? patchConvolution(h, W) : tf.conv2d(h, W, 1, 'same');
        h = tf.maxPool(tf.relu(tf.add(z, params[2 * layer + 1] as tf.Tensor)) as tf.Tensor4D, 2, 2, 'valid');
      });
      const [W, b] = params.slice(-2) as [tf.Tensor, tf.Tensor];
      return crossEntropy(y, dense(h.reshape([h.shape[0], -1]), W, b));
    },
    parameterShape: (index, shape) =>
      shape.length === 2 && index < 2 * channels.length ? [3, 3, (shape[0] as number) / 9, shape[1] as number] : [...shape],
    inputShape: (batch) => [batch, side, side, 1],
    labelShape: (batch) => [batch, classes],
  };
}

function layerNorm(h: tf.Tensor, gain: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(h, -1, true);
  return h.sub(mean).div(variance.add(LAYER_NORM_EPS).sqrt()).mul(gain).add(bias);
}

function transformer({ width, heads, tokens, classes }: Extract<NetworkSizes, { kind: 'transformer' }>): StockNetwork {
  const headWidth = width / heads;
  return {
    loss(params, x, y) {
      const at = (index: number): tf.Tensor => params[index] as tf.Tensor;
      const h0 = x.reshape([-1, width]); // (B * T, d)
      const toHeads = (h: tf.Tensor): tf.Tensor => h.reshape([-1, tokens, heads, headWidth]).transpose([0, 2, 1, 3]);
      const n1 = layerNorm(h0, at(0), at(1));
      const [q, k, v] = [2, 4, 6].map((first) => toHeads(dense(n1, at(first), at(first + 1)))) as [tf.Tensor, tf.Tensor, tf.Tensor];
      const attention = tf.softmax(tf.matMul(q, k, false, true).mul(headWidth ** -0.5));
      const mixed = tf.matMul(attention, v).transpose([0, 2, 1, 3]).reshape([-1, width]);
      const h1 = h0.add(dense(mixed, at(8), at(9)));
      const h2 = h1.add(dense(tf.relu(dense(layerNorm(h1, at(10), at(11)), at(12), at(13))), at(14), at(15)));
      return crossEntropy(y, dense(layerNorm(h2, at(16), at(17)), at(18), at(19)));
    },
    parameterShape: (_, shape) => [...shape],
    inputShape: (batch) => [batch, tokens, width],
    labelShape: (batch) => [batch * tokens, classes],
  };
}

/** `usesPatches`: write convolutions as matrix products, because the backend lacks their gradients. */
export function stockNetwork(sizes: NetworkSizes, usesPatches: boolean): StockNetwork {
  switch (sizes.kind) {
    case 'mlp':
      return mlp(sizes.sizes);
    case 'conv':
      return conv(sizes, usesPatches);
    case 'transformer':
      return transformer(sizes);
  }
}
