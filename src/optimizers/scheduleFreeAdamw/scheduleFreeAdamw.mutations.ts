import { averagingMutations } from '../scheduleFree/averaging-mutations.ts';
import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in scheduleFreeAdamw.wgsl and in the average. */
export const mutations: readonly WgslMutation[] = [
  ...averagingMutations,
  { label: 'warmup ignored', scenario: 'warmup', from: 'L(row) * table(row, TABLE_warmup)', to: 'L(row)' },
  { label: 'bias correction of v missing', scenario: 'late steps', from: 'sqrt(v / table(row, TABLE_bc2))', to: 'sqrt(v)' },
  {
    label: 'eps inside the root',
    scenario: 'late steps',
    from: 'sqrt(v / table(row, TABLE_bc2)) + hyper(row, HYPER_eps)',
    to: 'sqrt(v / table(row, TABLE_bc2) + hyper(row, HYPER_eps))',
  },
  { label: 'v averages |g|', scenario: 'late steps', from: '(g * g)', to: 'abs(g)' },
  {
    label: 'inner momentum without bias correction',
    scenario: 'inner momentum',
    from: 'return m / table(e.row, TABLE_bcInner);',
    to: 'return m;',
  },
  {
    label: 'inner momentum ignored',
    scenario: 'inner momentum',
    from: 'scheduleFreeAdamwNumerator(e, g) / denominator',
    to: 'g / denominator',
  },
  {
    label: 'decay normalised',
    scenario: 'late steps',
    from: '(direction + hyper(row, HYPER_weightDecay) * x)',
    to: '(direction + hyper(row, HYPER_weightDecay) * x / denominator)',
  },
  {
    label: 'decay at z',
    scenario: 'warmup',
    from: 'hyper(row, HYPER_weightDecay) * x',
    to: 'hyper(row, HYPER_weightDecay) * (x + hyper(row, HYPER_beta1) * slot(e, SLOT_gap))',
  },
  {
    label: 'beta2 for beta1',
    scenario: 'late steps',
    from: 'hyper(row, HYPER_beta1) * scalarNew',
    to: 'hyper(row, HYPER_beta2) * scalarNew',
  },
];
