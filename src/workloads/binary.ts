import type { Tensor } from '../kernels/tf.ts';
import type { Predictions } from './definition.ts';
import { rocAuc } from './metrics/roc-auc.ts';

/** Losses and metrics of yes/no answers from logits z: the probability of yes is 1 / (1 + e^-z). Only types of TensorFlow.js are imported. */

/** Cross-entropy of each answer in nats, log(1 + e^z) - y z, which neither overflows nor cancels. Shapes broadcast; y is 0 or 1. */
export const binaryCrossEntropies = (logits: Tensor, y: Tensor): Tensor => logits.softplus().sub(logits.mul(y));

const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

export interface BinaryScore {
  /** Mean, nats. */
  readonly crossEntropy: number;
  readonly rocAuc: number;
}

/** Both NaN where a logit is not finite: a diverged network predicts nothing. @param predictions (rows, 1), logits */
export function scoreBinary({ rows, values }: Predictions, labels: ArrayLike<number>): BinaryScore {
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += softplus(values[row] as number) - (labels[row] as number) * (values[row] as number);
  if (!Number.isFinite(sum)) return { crossEntropy: Number.NaN, rocAuc: Number.NaN };
  return { crossEntropy: sum / rows, rocAuc: rocAuc(values, labels) };
}
