import type { WorkloadCases } from '../testing/cases.ts';

export const cases: WorkloadCases = {
  small: { options: { width: 8, depth: 1, length: 16 }, batch: 2, trainRows: 16, validationRows: 4 },
  initialLoss: { value: Math.log(72) + 0.5, tolerance: 0.2, why: 'ln 72, and half the variance 1 of the logits' },
};
