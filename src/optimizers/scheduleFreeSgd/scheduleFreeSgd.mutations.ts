import { averagingMutations } from '../scheduleFree/averaging-mutations.ts';
import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in scheduleFreeSgd.wgsl and in the average. */
export const mutations: readonly WgslMutation[] = [
  ...averagingMutations,
  { label: 'warmup ignored', scenario: 'warmup', from: 'L(row) * table(row, TABLE_warmup)', to: 'L(row)' },
  {
    label: 'warmup left out of the weights',
    scenario: 'warmup',
    from: 'scheduleFreeWeigh(row, rate, table(row, TABLE_weight))',
    to: 'scheduleFreeWeigh(row, L(row), table(row, TABLE_weight))',
  },
  { label: 'schedule ignored', scenario: 'warmup', from: 'L(row) * table', to: 'hyper(row, HYPER_lr) * table' },
  {
    label: 'decay of the wrong sign',
    scenario: 'warmup',
    from: '(g + hyper(row, HYPER_weightDecay)',
    to: '(g - hyper(row, HYPER_weightDecay)',
  },
  {
    label: 'decay at z',
    scenario: 'warmup',
    from: 'hyper(row, HYPER_weightDecay) * x',
    to: 'hyper(row, HYPER_weightDecay) * (x + hyper(row, HYPER_momentum) * slot(e, SLOT_gap))',
  },
  { label: 'old learning rate', scenario: 'warmup', from: 'scalarNew(row, SCALAR_rate)', to: 'scalarOld(row, SCALAR_rate)' },
  {
    label: 'old c',
    scenario: 'warmup',
    from: 'hyper(row, HYPER_momentum) * scalarNew(row, SCALAR_c)',
    to: 'hyper(row, HYPER_momentum) * scalarOld(row, SCALAR_c)',
  },
];
