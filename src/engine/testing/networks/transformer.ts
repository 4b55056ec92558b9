import type { Tensor } from '../../../kernels/tf.ts';
import * as tf from '../../../kernels/tf.ts';
import type { Network, ParameterSpec } from '../../../workloads/definition.ts';
import { classifier } from './head.ts';
import { constants, weights } from './parameters.ts';

export const LAYER_NORM_EPS = 1e-5;

export interface TransformerSizes {
  /** Model width d. */
  readonly width: number;
  readonly heads: number;
  /** Width of the feed-forward layer. */
  readonly hidden: number;
  /** Sequence length T. */
  readonly tokens: number;
  readonly classes: number;
}

/** h (1 or R, B * T, d), gain and bias (R, d) -> (R, B * T, d) */
function layerNorm(h: Tensor, gain: Tensor, bias: Tensor): Tensor {
  const centred = h.sub(h.mean(-1, true));
  const variance = centred.square().mean(-1, true);
  return centred.mul(variance.add(LAYER_NORM_EPS).rsqrt()).mul(gain.expandDims(1)).add(bias.expandDims(1));
}

const dense = (h: Tensor, W: Tensor, b: Tensor): Tensor => h.matMul(W).add(b.expandDims(1));

/**
 * One pre-layer-norm transformer block (no mask) with a class for every token: x + attention(norm(x)), + ReLU feed-forward(norm), norm, head.
 * Batches: x (1 or R, B, T, d), y one-hot (1 or R, B, T, classes).
 * Parameters in order: g1 c1 Wq bq Wk bk Wv bv Wo bo g2 c2 W1 b1 W2 b2 g3 c3 W b.
 */
export function transformerModel({ width, heads, hidden, tokens, classes }: TransformerSizes): Network {
  const norm = (index: number): ParameterSpec[] => [constants(`g${index}`, width, 1), constants(`c${index}`, width, 0)];
  const layer = (suffix: string, inputs: number, outputs: number, gain: 1 | 2): ParameterSpec[] => [
    weights(`W${suffix}`, [inputs, outputs], gain),
    constants(`b${suffix}`, outputs, 0),
  ];
  const headWidth = width / heads;
  if (!Number.isInteger(headWidth)) throw new Error(`A width of ${width} does not divide into ${heads} heads.`);
  return {
    parameters: [
      ...norm(1),
      ...['q', 'k', 'v', 'o'].flatMap((name) => layer(name, width, width, 1)),
      ...norm(2),
      ...layer('1', width, hidden, 2),
      ...layer('2', hidden, width, 1),
      ...norm(3),
      ...layer('', width, classes, 1),
    ],
    ...classifier((params, x) => {
      const [g1, c1, Wq, bq, Wk, bk, Wv, bv, Wo, bo, g2, c2, W1, b1, W2, b2, g3, c3, W, b] = params as Tensor[] as TransformerParameters;
      const R = Wq.shape[0] as number;
      const [lead, B] = x.shape as [number, number];
      const h0 = x.reshape([lead, B * tokens, width]);
      const n1 = layerNorm(h0, g1, c1);
      const toHeads = (h: Tensor): Tensor => h.reshape([R * B, tokens, heads, headWidth]).transpose([0, 2, 1, 3]); // (R * B, heads, T, d / heads)
      const [q, k, v] = [toHeads(dense(n1, Wq, bq)), toHeads(dense(n1, Wk, bk)), toHeads(dense(n1, Wv, bv))];
      const attention = tf.softmax(tf.matMul(q, k, false, true).mul(headWidth ** -0.5)); // (R * B, heads, T, T)
      const mixed = attention
        .matMul(v)
        .transpose([0, 2, 1, 3])
        .reshape([R, B * tokens, width]);
      const h1 = h0.add(dense(mixed, Wo, bo));
      const h2 = h1.add(dense(dense(layerNorm(h1, g2, c2), W1, b1).relu(), W2, b2));
      return dense(layerNorm(h2, g3, c3), W, b);
    }, classes),
  };
}

type Twenty<T> = [T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T];
type TransformerParameters = Twenty<Tensor>;
