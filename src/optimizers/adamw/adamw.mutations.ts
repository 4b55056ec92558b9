import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in adamw.wgsl. */
export const mutations: readonly WgslMutation[] = [
  { label: 'bias correction of m missing', scenario: 'defaults', from: 'm / table(row, TABLE_bc1)', to: 'm' },
  { label: 'bias correction of v missing', scenario: 'defaults', from: 'sqrt(v / table(row, TABLE_bc2))', to: 'sqrt(v)' },
  { label: 'both corrections with bc1', scenario: 'defaults', from: 'v / table(row, TABLE_bc2)', to: 'v / table(row, TABLE_bc1)' },
  {
    label: 'eps inside the root',
    scenario: 'large steps',
    from: 'sqrt(v / table(row, TABLE_bc2)) + hyper(row, HYPER_eps)',
    to: 'sqrt(v / table(row, TABLE_bc2) + hyper(row, HYPER_eps))',
  },
  {
    label: 'decay not scaled by the learning rate',
    scenario: 'large steps',
    from: 'L(row) * (hyper(row, HYPER_weightDecay) * x + mHat / denominator)',
    to: 'hyper(row, HYPER_weightDecay) * x - L(row) * (mHat / denominator)',
  },
  {
    label: 'decay after the step',
    scenario: 'large steps',
    from: 'x - L(row) * (hyper(row, HYPER_weightDecay) * x + mHat / denominator)',
    to: '(x - L(row) * (mHat / denominator)) * (1.0 - L(row) * hyper(row, HYPER_weightDecay))',
  },
  { label: 'beta2 for m', scenario: 'large steps', from: 'hyper(row, HYPER_beta1) * slot', to: 'hyper(row, HYPER_beta2) * slot' },
  { label: 'v averages |g|', scenario: 'defaults', from: '(g * g)', to: 'abs(g)' },
  { label: 'schedule ignored', scenario: 'large steps', from: 'L(row)', to: 'hyper(row, HYPER_lr)' },
];
