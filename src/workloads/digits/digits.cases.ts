import type { WorkloadCases } from '../testing/cases.ts';

export const cases: WorkloadCases = {
  small: {},
  initialLoss: { value: Math.log(10) + 0.5, tolerance: 0.3, why: 'ln 10, and half the variance 1 of the logits' },
};
