import type { WorkloadCases } from '../testing/cases.ts';
import { expectedBinaryCrossEntropy } from '../testing/expected-cross-entropy.ts';

export const cases: WorkloadCases = {
  small: { options: { width: 2, table: 64 }, batch: 6, trainRows: 64, validationRows: 16 },
  initialLoss: { value: Math.log(2), tolerance: 0.05, why: 'ln 2: embeddings and biases are near 0, and with them the logit' },
  // The last layer's weights have variance 2 / 33, so that the logit has 2 / 33 of the squared length of what it is made of.
  initialLossOf: {
    layernorm: {
      value: expectedBinaryCrossEntropy((2 / 33) * 32),
      tolerance: 0.35,
      why: '32 normalized features have a squared length of 32, whatever they are made of',
    },
    resnet: {
      value: expectedBinaryCrossEntropy((2 / 33) * 17),
      tolerance: 0.3,
      why: 'four dense features of variance 1 come to a squared length of 14 through the bottom layers and of 17 through the top ones',
    },
    embedInit: {
      value: expectedBinaryCrossEntropy((2 / 33) * 122),
      tolerance: 0.65,
      why: 'dot products of embeddings of variance 1 have a squared length of 45 * 16 + 10 * 288; four layers, each with a ReLU, leave 122',
    },
  },
};
