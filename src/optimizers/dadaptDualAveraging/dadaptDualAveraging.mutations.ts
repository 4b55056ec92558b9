import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in dadaptDualAveraging.wgsl. */
export const mutations: readonly WgslMutation[] = [
  {
    label: "gradients summed without d, as the authors' post prints it",
    scenario: 'large steps',
    from: 'dadaptDualAveragingWeight(e.row) * g',
    to: 'g',
  },
  {
    label: "d in gamma, as the authors' post prints it",
    scenario: 'large steps',
    from: 'let gamma = 1.0 / sqrt(total)',
    to: 'let gamma = scalarOld(row, SCALAR_d) / sqrt(total)',
  },
  { label: 'schedule ignored', scenario: 'large steps', from: 'scalarOld(row, SCALAR_d) * L(row)', to: 'scalarOld(row, SCALAR_d)' },
  { label: 'old sum of squares in gamma', scenario: 'large steps', from: 'sqrt(total)', to: 'sqrt(max(before, 1e-9))' },
  { label: 'new gamma in the work done', scenario: 'large steps', from: 'gammaOld * (w * w)', to: 'gamma * (w * w)' },
  { label: 'weight not squared', scenario: 'large steps', from: '(w * w)', to: 'w' },
  { label: 'factor 1/2 missing', scenario: 'large steps', from: '(2.0 * s2)', to: 's2' },
  { label: 'work done added', scenario: 'large steps', from: 'gamma * sums[1] - q', to: 'gamma * sums[1] + q' },
  { label: 'old gamma in the estimate', scenario: 'large steps', from: 'gamma * sums[1] - q', to: 'gammaOld * sums[1] - q' },
  { label: 'd may fall', scenario: 'large steps', from: 'max(scalarOld(row, SCALAR_d), dHat)', to: 'max(0.0, dHat)' },
  {
    label: 'average of the new point',
    scenario: 'large steps',
    from: 'share * (x - average)',
    to: 'share * (slot(e, SLOT_x0) - scalarNew(row, SCALAR_gamma) * slot(e, SLOT_s) - average)',
  },
  { label: 'weights not summed', scenario: 'large steps', from: 'scalarOld(row, SCALAR_W) + w', to: 'w' },
  { label: 'step from x', scenario: 'large steps', from: 'return slot(e, SLOT_x0) - ', to: 'return x - ' },
  {
    label: 'old gamma in the step',
    scenario: 'large steps',
    from: 'scalarNew(row, SCALAR_gamma) * slot(e, SLOT_s)',
    to: 'scalarOld(row, SCALAR_gamma) * slot(e, SLOT_s)',
  },
];
