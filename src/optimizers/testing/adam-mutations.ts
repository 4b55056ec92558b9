import type { WgslMutation } from './mutations.ts';

/** Mistakes in the WGSL that the Adam family shares. */
export const adamMutations: readonly WgslMutation[] = [
  { label: 'bias correction of v missing', scenario: 'defaults', from: 'sqrt(v / table(row, TABLE_bc2))', to: 'sqrt(v)' },
  {
    label: 'eps inside the root',
    scenario: 'large steps',
    from: 'sqrt(v / table(row, TABLE_bc2)) + hyper(row, HYPER_eps)',
    to: 'sqrt(v / table(row, TABLE_bc2) + hyper(row, HYPER_eps))',
  },
  { label: 'beta2 for m', scenario: 'large steps', from: 'hyper(row, HYPER_beta1) * slot', to: 'hyper(row, HYPER_beta2) * slot' },
  { label: 'v averages |g|', scenario: 'defaults', from: '(g * g)', to: 'abs(g)' },
  { label: 'schedule ignored', scenario: 'large steps', from: 'L(row)', to: 'hyper(row, HYPER_lr)' },
];

/** Mistakes in a step that ends in `decay x + mHat / root`. */
export const decoupledMutations: readonly WgslMutation[] = [
  {
    label: 'decay not scaled by the learning rate',
    scenario: 'large steps',
    from: 'L(row) * (hyper(row, HYPER_weightDecay) * x + mHat / moments.root)',
    to: 'hyper(row, HYPER_weightDecay) * x - L(row) * (mHat / moments.root)',
  },
  {
    label: 'decay after the step',
    scenario: 'large steps',
    from: 'x - L(row) * (hyper(row, HYPER_weightDecay) * x + mHat / moments.root)',
    to: '(x - L(row) * (mHat / moments.root)) * (1.0 - L(row) * hyper(row, HYPER_weightDecay))',
  },
];
