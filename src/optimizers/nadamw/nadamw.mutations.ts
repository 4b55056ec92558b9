import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in nadamw.wgsl. */
export const mutations: readonly WgslMutation[] = [
  { label: 'plain Adam numerator', scenario: 'defaults', from: '(beta1 * m + oneMinusBeta1 * g) /', to: 'm /' },
  {
    label: "optax's later correction",
    scenario: 'defaults',
    from: 'table(row, TABLE_bc1)',
    to: '(1.0 - beta1 * (1.0 - table(row, TABLE_bc1)))',
  },
  {
    label: 'Nesterov average stored',
    scenario: 'defaults',
    from: 'setSlot(e, SLOT_m, m)',
    to: 'setSlot(e, SLOT_m, beta1 * m + oneMinusBeta1 * g)',
  },
  { label: 'gradient added undamped', scenario: 'large steps', from: '(beta1 * m + oneMinusBeta1 * g)', to: '(beta1 * m + g)' },
  { label: 'bias correction of v missing', scenario: 'defaults', from: 'sqrt(v / table(row, TABLE_bc2))', to: 'sqrt(v)' },
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
];
