import type { Tensor } from '../../kernels/tf.ts';
import type { Parameters, Pass } from './pass.ts';

/**
 * Inverted dropout: what is kept is divided by the probability of keeping, so that a deterministic pass needs no rescaling. The same for all
 * runs of a seed that drop with the same probability.
 *
 * @returns h (R * B, ...) -> the same shape
 */
export function dropout(parameters: Parameters, kind: 'dropout' | 'auxDropout' = 'dropout'): (pass: Pass, h: Tensor) => Tensor {
  const site = parameters.site();
  return ({ reg, runs }, h) => {
    if (reg === null || reg.hasDropout === false) return h;
    const flat = h.reshape([runs, -1]);
    const p = reg[kind]; // (R, 1)
    const kept = reg
      .uniform(site, [flat.shape[1] as number])
      .greaterEqual(p)
      .cast('float32'); // (R, B * ...)
    return flat.mul(kept.div(p.neg().add(1))).reshape(h.shape);
  };
}
