import type { WorkloadCases } from '../testing/cases.ts';
import { expectedCrossEntropy } from '../testing/expected-cross-entropy.ts';

export const cases: WorkloadCases = {
  small: { options: { width: 2 }, others: { width: 3, depth: 2 }, batch: 2, trainRows: 2, validationRows: 1 },
  initialLoss: {
    value: Math.log(10) + 0.15,
    tolerance: 0.15,
    why: 'ln 10, and half the variance of the logits: that of means of four rectified normal numbers, 0.24 to 0.5',
  },
  initialLossOf: {
    largeBnInit: {
      value: expectedCrossEntropy(10, 65 * 0.244),
      tolerance: 1,
      why: 'before the last ReLU are normal numbers of variance 8 * 8, with 1 of the shortcut; 0.244 of it is left in a mean of four that are independent',
    },
  },
};
