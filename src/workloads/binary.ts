import type { Tensor } from '../kernels/tf.ts';
import type { Predictions } from './definition.ts';
import { rocAuc } from './metrics/roc-auc.ts';

/** Losses and metrics of yes/no answers from logits z: the probability of yes is 1 / (1 + e^-z). Only types of TensorFlow.js are imported. */

/** Cross-entropy of each answer in nats, log(1 + e^z) - y z, which neither overflows nor cancels. Shapes broadcast; y is 0 or 1. */
export const binaryCrossEntropies = (logits: Tensor, y: Tensor): Tensor => logits.softplus().sub(logits.mul(y));

const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

/** Mean cross-entropy of the answers in nats, in double precision; NaN where a logit is not finite. */
export function meanBinaryCrossEntropy(logits: ArrayLike<number>, labels: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += softplus(logits[i] as number) - (labels[i] as number) * (logits[i] as number);
  return Number.isFinite(sum) ? sum / logits.length : Number.NaN;
}

export interface BinaryScore {
  /** Mean, nats. */
  readonly crossEntropy: number;
  readonly rocAuc: number;
}

/** Both NaN where a logit is not finite: a diverged network predicts nothing. @param predictions (rows, 1), logits */
export function scoreBinary({ values }: Predictions, labels: ArrayLike<number>): BinaryScore {
  const crossEntropy = meanBinaryCrossEntropy(values, labels);
  return { crossEntropy, rocAuc: Number.isNaN(crossEntropy) ? Number.NaN : rocAuc(values, labels) };
}
