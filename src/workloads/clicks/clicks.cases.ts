import type { WorkloadCases } from '../testing/cases.ts';

export const cases: WorkloadCases = {
  small: { options: { width: 2, table: 64 }, batch: 6, trainRows: 64, validationRows: 16 },
  initialLoss: { value: Math.log(2), tolerance: 0.1, why: 'ln 2: embeddings and biases are near 0, and with them the logit' },
  // The logit's variance, of which a mean over networks adds an eighth, is mostly shared by all rows: single networks stray far.
  initialLossOf: {
    layernorm: {
      value: Math.log(2) + 1.5 / 8,
      tolerance: 0.7,
      why: 'ln 2, and an eighth of a variance of 1 to 2: normalized features are not near 0',
    },
    resnet: {
      value: Math.log(2) + 1 / 8,
      tolerance: 0.5,
      why: 'ln 2, and an eighth of a variance of about 1: residual layers pass the dense features on',
    },
    embedInit: {
      value: 1.3,
      tolerance: 1.6,
      why: 'the mean of softplus of a normal logit with a standard deviation of 2 to 3: dot products of embeddings of variance 1',
    },
  },
};
