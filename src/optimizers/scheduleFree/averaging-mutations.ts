import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes in averaging.wgsl, the same for every method that averages. */
export const averagingMutations: readonly WgslMutation[] = [
  {
    label: 'latest learning rate instead of the largest',
    scenario: 'late steps',
    from: 'let lrMax = max(before, rate);',
    to: 'let lrMax = rate;',
  },
  {
    label: 'sum of weights not rescaled',
    scenario: 'cubic weights',
    from: 'scalarOld(row, SCALAR_sumW) * scheduleFreePow(ratio, power)',
    to: 'scalarOld(row, SCALAR_sumW)',
  },
  { label: 'power 1', scenario: 'cubic weights', from: 'scheduleFreePow(ratio, power)', to: 'ratio' },
  { label: 'power always 2', scenario: 'cubic weights', from: 'scheduleFreePow(ratio, power)', to: '(ratio * ratio)' },
  { label: 'r ignored', scenario: 'late steps', from: 'sumBefore + weight', to: 'sumBefore + 1.0' },
  {
    label: 'c without the newest weight in the sum',
    scenario: 'late steps',
    from: 'weight / sumW',
    to: 'weight / max(sumBefore, weight)',
  },
  { label: 'gap not contracted', scenario: 'late steps', from: 'kept * (gap - u)', to: '(gap - u)' },
  { label: 'x averages the old z', scenario: 'late steps', from: 'kept * (gap - u)', to: '(kept * gap - u)' },
  {
    label: 'y is x',
    scenario: 'late steps',
    from: '(scalarNew(e.row, SCALAR_c) + kept * oneMinusBeta) * u',
    to: 'scalarNew(e.row, SCALAR_c) * u',
  },
  { label: 'y is z', scenario: 'late steps', from: '(scalarNew(e.row, SCALAR_c) + kept * oneMinusBeta) * u', to: 'u' },
  { label: 'no pull', scenario: 'late steps', from: 'y + pull * gap', to: 'y' },
  { label: 'c not stored', scenario: 'late steps', from: 'setScalar(row, SCALAR_c, weight / sumW);', to: '' },
  { label: 'kept share of the old sum', scenario: 'cubic weights', from: 'sumBefore / sumW', to: 'scalarOld(row, SCALAR_sumW) / sumW' },
];
