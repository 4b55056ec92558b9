import type { Tensor } from '../../kernels/tf.ts';
import * as tf from '../../kernels/tf.ts';
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

/** The same for whole channels of an image (Tompson et al., 2015, section 3.2): h (R * B, H, W, C) -> the same shape. */
export function channelDropout(parameters: Parameters): (pass: Pass, h: Tensor) => Tensor {
  const drop = dropout(parameters);
  return (pass, h) => {
    if (pass.reg === null || pass.reg.hasDropout === false) return h;
    const [images, , , channels] = h.shape as [number, number, number, number];
    return h.mul(drop(pass, tf.ones([images, 1, 1, channels])));
  };
}
