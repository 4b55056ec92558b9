import { type Array as JaxArray, lax, nn, numpy as np } from '@jax-js/jax';
import type { NetworkSizes } from '../../engine/testing/networks/specs.ts';
import { LAYER_NORM_EPS } from '../../engine/testing/networks/transformer.ts';

/** Loss of one run, a scalar: params one array per tensor, x (B, ...), y one-hot. Takes ownership of its arguments, as jax-js functions do. */
export type JaxLoss = (params: JaxArray[], x: JaxArray, y: JaxArray) => JaxArray;

/** A network as a user of jax-js would write it. */
export interface JaxNetwork {
  readonly loss: JaxLoss;
  /** A parameter's shape and values in jax-js's layout, from the layout of the network's own model. */
  convert(index: number, values: Float32Array, shape: readonly number[]): { readonly values: Float32Array; readonly shape: number[] };
  /** Shape of x and y of one batch. */
  inputShape(batch: number): number[];
  labelShape(batch: number): number[];
}

const FILTER = 3;

/** z (rows, classes), y one-hot of the same shape. */
const crossEntropy = (z: JaxArray, y: JaxArray): JaxArray => np.mean(np.sum(nn.logSoftmax(z).mul(y), -1)).neg();

const dense = (h: JaxArray, W: JaxArray, b: JaxArray): JaxArray => np.matmul(h, W).add(b);

const asIs: JaxNetwork['convert'] = (_, values, shape) => ({ values, shape: [...shape] });

function mlp(sizes: readonly number[]): JaxNetwork {
  return {
    loss(params, x, y) {
      let h = x;
      const last = params.length / 2 - 1;
      for (let layer = 0; layer <= last; layer++) {
        h = dense(h, params[2 * layer] as JaxArray, params[2 * layer + 1] as JaxArray);
        if (layer < last) h = nn.relu(h);
      }
      return crossEntropy(h, y);
    },
    convert: asIs,
    inputShape: (batch) => [batch, sizes[0] as number],
    labelShape: (batch) => [batch, sizes.at(-1) as number],
  };
}

/** `values` of the given shape with its axes in another order. */
function permuted(values: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, 1));
  const out = new Float32Array(values.length);
  const extents = order.map((axis) => shape[axis] as number);
  for (let i = 0; i < out.length; i++) {
    let rest = i;
    let from = 0;
    for (let axis = extents.length - 1; axis >= 0; axis--) {
      from += (rest % (extents[axis] as number)) * (strides[order[axis] as number] as number);
      rest = Math.floor(rest / (extents[axis] as number));
    }
    out[i] = values[from] as number;
  }
  return out;
}

/** 2 x 2 maximum of h (B, C, H, W). jax-js's `reduceWindow` has no rule for `vmap`, so there it is a reshape; an odd last row and column are left out. */
function maxPool(h: JaxArray, isMapped: boolean): JaxArray {
  if (!isMapped) return lax.reduceWindow(h, np.max, [2, 2], [2, 2]);
  const [batch, channels, height, width] = h.shape as [number, number, number, number];
  const [rows, columns] = [height >> 1, width >> 1];
  return np.max(h.slice([], [], [0, 2 * rows], [0, 2 * columns]).reshape([batch, channels, rows, 2, columns, 2]), [3, 5]);
}

/** jax-js convolves images (B, C, H, W) with filters (out, in, 3, 3). */
function conv({ side, channels, classes }: Extract<NetworkSizes, { kind: 'conv' }>, isMapped: boolean): JaxNetwork {
  const pooledSide = side >> channels.length;
  return {
    loss(params, x, y) {
      const batch = x.shape[0] as number;
      let h = x;
      channels.forEach((_, layer) => {
        const [W, b] = [params[2 * layer] as JaxArray, params[2 * layer + 1] as JaxArray];
        h = nn.relu(lax.conv(h, W, [1, 1], 'SAME').add(b.reshape([1, -1, 1, 1])));
        h = maxPool(h, isMapped);
      });
      const [W, b] = params.slice(-2) as [JaxArray, JaxArray];
      return crossEntropy(dense(h.reshape([batch, -1]), W, b), y);
    },
    convert(index, values, shape) {
      if (shape.length === 1) return { values, shape: [...shape] };
      const isFilter = index < 2 * channels.length;
      const [rows, columns] = shape as [number, number];
      if (isFilter) {
        const inputs = rows / FILTER ** 2;
        return {
          values: permuted(values, [FILTER, FILTER, inputs, columns], [3, 2, 0, 1]),
          shape: [columns, inputs, FILTER, FILTER],
        };
      }
      return { values: permuted(values, [pooledSide, pooledSide, rows / pooledSide ** 2, columns], [2, 0, 1, 3]), shape: [rows, columns] };
    },
    inputShape: (batch) => [batch, 1, side, side],
    labelShape: (batch) => [batch, classes],
  };
}

function layerNorm(h: JaxArray, gain: JaxArray, bias: JaxArray): JaxArray {
  const centred = h.ref.sub(np.mean(h, -1, { keepdims: true }));
  const variance = np.mean(np.square(centred.ref), -1, { keepdims: true });
  return centred
    .div(np.sqrt(variance.add(LAYER_NORM_EPS)))
    .mul(gain)
    .add(bias);
}

function transformer({ width, heads, tokens, classes }: Extract<NetworkSizes, { kind: 'transformer' }>): JaxNetwork {
  const headWidth = width / heads;
  return {
    loss: (params, x, y) => block(params as Twenty<JaxArray>, x, y),
    convert: asIs,
    inputShape: (batch) => [batch, tokens, width],
    labelShape: (batch) => [batch, tokens, classes],
  };

  function block(params: Twenty<JaxArray>, x: JaxArray, y: JaxArray): JaxArray {
    const [g1, c1, Wq, bq, Wk, bk, Wv, bv, Wo, bo, g2, c2, W1, b1, W2, b2, g3, c3, W, b] = params;
    const batch = x.shape[0] as number;
    const toHeads = (h: JaxArray): JaxArray => np.transpose(h.reshape([batch, tokens, heads, headWidth]), [0, 2, 1, 3]);
    const n1 = layerNorm(x.ref, g1, c1);
    const q = toHeads(dense(n1.ref, Wq, bq));
    const k = toHeads(dense(n1.ref, Wk, bk));
    const v = toHeads(dense(n1, Wv, bv));
    const attention = nn.softmax(np.matmul(q, np.transpose(k, [0, 1, 3, 2])).mul(headWidth ** -0.5), -1);
    const mixed = np.transpose(np.matmul(attention, v), [0, 2, 1, 3]).reshape([batch, tokens, width]);
    const h1 = x.add(dense(mixed, Wo, bo));
    const h2 = h1.ref.add(dense(nn.relu(dense(layerNorm(h1, g2, c2), W1, b1)), W2, b2));
    return crossEntropy(dense(layerNorm(h2, g3, c3), W, b), y);
  }
}

type Twenty<T> = [T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T];

/** `isMapped`: the loss is going to be mapped over runs by `vmap`. */
export function jaxNetwork(sizes: NetworkSizes, isMapped: boolean): JaxNetwork {
  switch (sizes.kind) {
    case 'mlp':
      return mlp(sizes.sizes);
    case 'conv':
      return conv(sizes, isMapped);
    case 'transformer':
      return transformer(sizes);
  }
}
