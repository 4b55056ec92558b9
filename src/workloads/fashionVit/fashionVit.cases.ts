import type { WorkloadCases } from '../testing/cases.ts';

export const cases: WorkloadCases = {
  // With weights of four times the size, attention pooling drives the tanh behind it so far that its slope, 1 - tanh^2, is mostly rounding.
  small: { options: { width: 8, depth: 1 }, batch: 2, trainRows: 4, validationRows: 2, largeWeights: 2 },
  initialLoss: {
    value: Math.log(10) + 0.15,
    tolerance: 0.15,
    why: 'ln 10, and half the variance of the logits: that of the tangents of means over four normal numbers that share much, 0.2 to 0.4',
  },
};
