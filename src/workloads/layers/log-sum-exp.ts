import type { Tensor } from '../../kernels/tf.ts';
import * as tf from '../../kernels/tf.ts';

/**
 * The logarithm of the sum of exponentials over the last axis, (..., n) -> (...): minus a logit, a cross-entropy. Its gradient is the softmax times
 * the one that comes in. That of `logSoftmax` sums over all n what comes in, among it n equal parts of smoothed labels, whose roundings add up:
 * with hundreds of classes it is good to six digits only.
 */
export function logSumExp(x: Tensor): Tensor {
  const whole = tf.customGrad((given, save) => {
    const logits = given as Tensor;
    const keep = save as tf.GradSaveFunc;
    const greatest = logits.max(-1, true);
    const value = logits.sub(greatest).exp().sum(-1, true).log().add(greatest);
    keep([logits, value]);
    return {
      value,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [own, sum] = saved as [Tensor, Tensor];
        return own.sub(sum).exp().mul(dy);
      },
    };
  });
  return whole(x).squeeze([-1]);
}
