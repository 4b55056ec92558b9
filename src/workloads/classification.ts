import type { Tensor } from '../kernels/tf.ts';

/**
 * Losses and metrics of classifiers over the run axis, in plain chained TensorFlow.js operations.
 * `logits` (R, B, C); `labels` one-hot (1 or R, B, C). Only types are imported here, so that the page can load the definitions without TensorFlow.js.
 */

/**
 * Mean cross-entropy per run in nats, plain and with smoothed labels: the labels (1 - a) y + a / C give
 * (1 - a) CE(y) + a mean_c(-log p_c), with a per run.
 *
 * @param smoothing (R, 1)
 * @returns both (R)
 */
export function crossEntropies(logits: Tensor, labels: Tensor, smoothing: Tensor): { readonly plain: Tensor; readonly smoothed: Tensor } {
  const logProbabilities = logits.logSoftmax(-1); // (R, B, C)
  const perExample = logProbabilities.mul(labels).sum(-1).neg(); // (R, B)
  const uniform = logProbabilities.mean(-1).neg(); // (R, B)
  const smoothed = perExample.mul(smoothing.neg().add(1)).add(uniform.mul(smoothing)); // (R, B)
  return { plain: perExample.mean(-1), smoothed: smoothed.mean(-1) };
}

/** Mean cross-entropy per run in nats: (R). */
export function crossEntropy(logits: Tensor, labels: Tensor): Tensor {
  return logits.logSoftmax(-1).mul(labels).sum(-1).mean(-1).neg();
}

/**
 * Share of rows whose largest logit (the first one, among equals) is the label's: (R).
 * NaN where the run's cross-entropy is not finite: a diverged network predicts nothing, whatever argMax makes of NaN.
 */
export function accuracy(logits: Tensor, labels: Tensor, crossEntropyPerRun: Tensor): Tensor {
  const correct = logits.argMax(-1).equal(labels.argMax(-1)).cast('float32'); // (R, B)
  // Not by adding crossEntropyPerRun x 0: a GPU's compiler may take that for 0.
  const unknown = crossEntropyPerRun.mul(0).add(Number.NaN);
  return correct.mean(-1).where(crossEntropyPerRun.isFinite(), unknown);
}
