import { averagingMutations } from '../scheduleFree/averaging-mutations.ts';
import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in scheduleFreeRadam.wgsl and in the average. */
export const mutations: readonly WgslMutation[] = [
  ...averagingMutations,
  { label: 'rectification missing', scenario: 'late steps', from: 'L(row) * table(row, TABLE_factor)', to: 'L(row)' },
  {
    label: 'rectification left out of the weights',
    scenario: 'late steps',
    from: 'scheduleFreeWeigh(row, rate, table(row, TABLE_weight))',
    to: 'scheduleFreeWeigh(row, L(row), table(row, TABLE_weight))',
  },
  {
    label: 'first steps normalised too',
    scenario: 'late steps',
    from: 'select(g, normalised, table(row, TABLE_isRectified) != 0.0)',
    to: 'normalised',
  },
  {
    label: 'no step normalised',
    scenario: 'late steps',
    from: 'select(g, normalised, table(row, TABLE_isRectified) != 0.0)',
    to: 'g',
  },
  { label: 'bias correction of v missing', scenario: 'late steps', from: 'sqrt(v / table(row, TABLE_bc2))', to: 'sqrt(v)' },
  {
    label: 'eps inside the root',
    scenario: 'late steps',
    from: 'sqrt(v / table(row, TABLE_bc2)) + hyper(row, HYPER_eps)',
    to: 'sqrt(v / table(row, TABLE_bc2) + hyper(row, HYPER_eps))',
  },
  {
    label: 'decay at z',
    scenario: 'late steps',
    from: 'hyper(row, HYPER_weightDecay) * x',
    to: 'hyper(row, HYPER_weightDecay) * (x + hyper(row, HYPER_beta1) * slot(e, SLOT_gap))',
  },
];
