import { customOp } from '../compiler/custom-op.ts';
import * as tf from '../tf.ts';
import { CTC_FORWARD, CTC_GRADIENT } from './kernels.ts';
import { type CtcShape, forwardSize } from './shape.ts';

export { IMPOSSIBLE } from './shape.ts';

/**
 * Connectionist temporal classification (Graves et al., 2006): minus the logarithm of the probability that the frames spell the labels,
 * summed over all paths that become the labels when repeated classes are merged and blanks left out. Nats per utterance, not divided by its
 * length. Differentiable with respect to `logProbabilities`.
 *
 * An utterance with too few frames for its labels has the loss `IMPOSSIBLE` and a gradient of zero.
 *
 * @param logProbabilities (N, T, C), of every class at every frame
 * @param frames (N) int32, how many frames each utterance has, from 1 to T; the others are not looked at
 * @param labels (N, L) int32, negative beyond an utterance's last one
 * @param blank class of the blank
 * @returns (N)
 */
export function ctcLoss(logProbabilities: tf.Tensor, frames: tf.Tensor, labels: tf.Tensor, blank: number): tf.Tensor {
  const [N, time, classes] = logProbabilities.shape as [number, number, number];
  const shape: CtcShape = { time, classes, labels: labels.shape[1] as number, blank };
  const loss = tf.customGrad((operand, save) => {
    const given = operand as tf.Tensor;
    const keep = save as tf.GradSaveFunc;
    const forward = customOp(CTC_FORWARD, [given, frames, labels], [N, forwardSize(shape)], { ...shape });
    keep([given, frames, labels, forward]);
    return {
      value: forward.slice([0, 0], [N, 1]).reshape([N]),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        customOp(CTC_GRADIENT, saved, [N, time, classes], { ...shape }).mul(dy.reshape([N, 1, 1])),
    };
  });
  return loss(logProbabilities);
}
