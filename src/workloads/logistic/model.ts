import type { Tensor } from '../../kernels/tf.ts';
import { classPredictions, crossEntropies } from '../classification.ts';
import type { Batch, Network } from '../definition.ts';

/** Strength of the ridge. It makes the minimizer finite and unique where the classes are separable or the softmax could be shifted. */
export const RIDGE = 1e-4;

const logits = (params: readonly Tensor[], batch: Batch): Tensor => {
  const [W, b] = params as [Tensor, Tensor]; // (R, d, C), (R, C)
  return (batch.tensors.x as Tensor).matMul(W).add(b.expandDims(1)); // (R, B, C)
};

const halfSquare = (tensor: Tensor): Tensor =>
  tensor
    .square()
    .sum(tensor.shape.map((_, axis) => axis).slice(1))
    .mul(0.5); // (R)

/** Multinomial logistic regression: logits = x W + b. See `logistic.ts` for the objective. */
export function logisticModel(features: number, classes: number): Network {
  return {
    parameters: [
      { name: 'W', shape: [features, classes], init: () => new Float32Array(features * classes) },
      { name: 'b', shape: [classes], init: () => new Float32Array(classes) },
    ],
    trainLoss(params, batch, { labelSmoothing }) {
      const { plain, smoothed } = crossEntropies(logits(params, batch), batch.tensors.y as Tensor, labelSmoothing);
      const [W, b] = params as [Tensor, Tensor];
      return { loss: plain, objective: smoothed.add(halfSquare(W).add(halfSquare(b)).mul(RIDGE)) };
    },
    predict: (params, batch) => classPredictions(logits(params, batch), batch.tensors.y as Tensor),
  };
}
