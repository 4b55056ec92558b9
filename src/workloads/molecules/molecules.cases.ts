import type { WorkloadCases } from '../testing/cases.ts';

export const cases: WorkloadCases = {
  small: { options: { width: 8, depth: 1 }, others: { depth: 2 }, batch: 2, trainRows: 32, validationRows: 5 },
  initialLoss: {
    value: Math.LN2 + 1 / 16,
    tolerance: 0.1,
    why: 'ln 2, and an eighth of the variance 1/2 of the logits, half of whose inputs the ReLU cut off; all molecules share much of them',
  },
};
