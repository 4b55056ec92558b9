import type { Tensor } from '../../kernels/tf.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import type { Layer, Parameters, Pass } from './pass.ts';

export interface AttentionOptions {
  /** Model width d; heads divide it. */
  readonly width: number;
  readonly heads: number;
  /** Logits are q.k / sqrt(d / heads), times this; 1 unless a variant says otherwise. */
  readonly temperature?: number;
  readonly hasBias?: boolean;
}

/** What may be looked at: added to the logits, 0 or a large negative number; (lead * B or 1, 1, queries, keys). */
export type AttentionMask = Tensor | null;

/** Instead of minus infinity, which would make a row without any key NaN. */
export const MASKED = -1e9;

export interface Attention {
  /** Queries from h (R * B, T, d), keys and values from memory (R * B, S, d): (R * B, T, d). */
  readonly attend: (pass: Pass, h: Tensor, memory: Tensor, mask?: AttentionMask) => Tensor;
  /** The parts, for decoding step by step with keys and values kept: each (R * B, heads, T, d / heads). */
  readonly query: Layer;
  readonly key: Layer;
  readonly value: Layer;
  /** From queries, keys and values to the output. */
  readonly mix: (pass: Pass, q: Tensor, k: Tensor, v: Tensor, mask?: AttentionMask) => Tensor;
}

/** The most heads that divide the width and are at least `least` wide; one where that cannot be. */
export function headsOf(width: number, least: number): number {
  let heads = Math.max(1, Math.floor(width / least));
  while (width % heads !== 0) heads -= 1;
  return heads;
}

/** Multi-head attention (Vaswani et al., 2017, section 3.2), with dropout of the weights at the auxiliary rate. */
export function attention(parameters: Parameters, name: string, options: AttentionOptions): Attention {
  const { width, heads, temperature = 1, hasBias = true } = options;
  const headWidth = width / heads;
  if (!Number.isInteger(headWidth)) throw new Error(`A width of ${width} does not divide into ${heads} heads.`);
  const [toQuery, toKey, toValue, toOutput] = ['q', 'k', 'v', 'o'].map((part) =>
    dense(parameters, `${name}.${part}`, width, width, { hasBias }),
  ) as [Layer, Layer, Layer, Layer];
  const drop = dropout(parameters, 'auxDropout');
  const split = (h: Tensor): Tensor => h.reshape([h.shape[0] as number, -1, heads, headWidth]).transpose([0, 2, 1, 3]);
  const query: Layer = (pass, h) => split(toQuery(pass, h));
  const key: Layer = (pass, h) => split(toKey(pass, h));
  const value: Layer = (pass, h) => split(toValue(pass, h));
  const mix: Attention['mix'] = (pass, q, k, v, mask = null) => {
    const logits = q.matMul(k, false, true).mul(temperature * headWidth ** -0.5); // (R * B, heads, T, S)
    const weights = drop(pass, (mask === null ? logits : logits.add(mask)).softmax());
    const mixed = weights.matMul(v).transpose([0, 2, 1, 3]);
    return toOutput(pass, mixed.reshape([mixed.shape[0] as number, mixed.shape[1] as number, width]));
  };
  return {
    query,
    key,
    value,
    mix,
    attend: (pass, h, memory, mask = null) => mix(pass, query(pass, h), key(pass, memory), value(pass, memory), mask),
  };
}
