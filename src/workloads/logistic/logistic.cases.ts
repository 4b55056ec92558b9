import type { WorkloadCases } from '../testing/cases.ts';

export const cases: WorkloadCases = {
  small: {},
  initialLoss: { value: Math.log(3), tolerance: 1e-6, why: 'ln of the number of classes of wine: the start is 0' },
};
