import type { WorkloadCases } from '../testing/cases.ts';
import { PROBLEMS } from './problems.ts';

export const cases: WorkloadCases = {
  small: {},
  initialLoss: { value: Math.log(3), tolerance: 1e-6, why: 'ln of the number of classes of wine: the start is 0' },
  initialLossOf: Object.fromEntries(
    PROBLEMS.map(({ id, classes }) => [
      id,
      { value: Math.log(classes), tolerance: 1e-6, why: 'ln of the number of classes: the start is 0' },
    ]),
  ),
};
