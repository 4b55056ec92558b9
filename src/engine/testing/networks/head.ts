import type { Tensor } from '../../../kernels/tf.ts';
import { classPredictions, crossEntropy } from '../../../workloads/classification.ts';
import type { Batch, Network } from '../../../workloads/definition.ts';

type Functions = Pick<Network, 'trainLoss' | 'predict'>;

/**
 * A classifier's loss and predictions from its logits. The objective is the plain cross-entropy, so that every library can state the same training.
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
    predict(params, batch) {
      const predictions = classPredictions(forward(params, batch.tensors.x as Tensor), labelRows(batch)); // (R, rows, 1 + C)
      return predictions.reshape([predictions.shape[0] as number, (batch.tensors.y as Tensor).shape[1] as number, -1]);
    },
  };
}
