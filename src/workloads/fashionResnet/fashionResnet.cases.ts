import type { WorkloadCases } from '../testing/cases.ts';

export const cases: WorkloadCases = {
  small: { options: { width: 2 }, others: { width: 3, depth: 2 }, batch: 2, trainRows: 2, validationRows: 1 },
  initialLoss: {
    value: Math.log(10) + 0.15,
    tolerance: 0.15,
    why: 'ln 10, and half the variance of the logits: that of means of four rectified normal numbers, 0.24 to 0.5',
  },
  initialLossOf: {
    largeBnInit: {
      value: 6.6,
      tolerance: 1.2,
      why: 'the expected maximum of ten normal numbers, 1.54 times their standard deviation: 8 times the root of 0.24 to 0.35',
    },
  },
};
