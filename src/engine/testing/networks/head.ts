import type { Tensor } from '../../../kernels/tf.ts';
import { accuracy, crossEntropy } from '../../../workloads/classification.ts';
import type { Batch, Model } from '../../../workloads/definition.ts';

type Functions = Pick<Model, 'trainLoss' | 'evaluate'>;

/**
 * A classifier's loss and metrics from its logits. The objective is the plain cross-entropy, so that every library can state the same training.
 *
 * @param forward logits (R, rows, C)
 * @param classes C; the labels of a batch hold rows * C one-hot values per example's batch
 */
export function classifier(forward: (params: readonly Tensor[], x: Tensor) => Tensor, classes: number): Functions {
  const labelRows = ({ tensors }: Batch): Tensor => {
    const y = tensors.y as Tensor; // (1 or R, B, ..., C)
    return y.reshape([y.shape[0] as number, -1, classes]);
  };
  return {
    trainLoss(params, batch) {
      const loss = crossEntropy(forward(params, batch.tensors.x as Tensor), labelRows(batch));
      return { objective: loss, loss };
    },
    evaluate(params, batch) {
      const logits = forward(params, batch.tensors.x as Tensor);
      const labels = labelRows(batch);
      const loss = crossEntropy(logits, labels);
      return accuracy(logits, labels, loss).neg().add(1).stack(loss, 1); // (R, 2)
    },
  };
}
