import type { WorkloadCases } from '../testing/cases.ts';

export const cases: WorkloadCases = {
  small: { options: { width: 2, table: 64 }, batch: 6, trainRows: 64, validationRows: 16 },
  initialLoss: { value: Math.log(2), tolerance: 0.1, why: 'ln 2: embeddings and biases are near 0, and with them the logit' },
};
