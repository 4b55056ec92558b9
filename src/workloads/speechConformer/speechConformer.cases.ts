import type { WorkloadCases } from '../testing/cases.ts';

export const cases: WorkloadCases = {
  small: { options: { width: 8, depth: 1, variant: 'base' }, batch: 2, trainRows: 4, validationRows: 2 },
  initialLoss: {
    value: 14,
    tolerance: 1.5,
    why: '12.2 nats where all paths are equally likely, and up to half the variance 1 of the logits at each of 7.2 frames',
  },
};
