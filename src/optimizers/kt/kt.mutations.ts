import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in kt.wgsl. */
export const mutations: readonly WgslMutation[] = [
  {
    label: 'wealth paid by the scheduled gradient',
    scenario: 'rich',
    from: 'old * g,',
    to: 'old * (mult(row) * g),',
  },
  {
    label: 'wealth paid by the gradient with decay',
    scenario: 'rich',
    from: 'old * g,',
    to: 'old * (g + hyper(row, HYPER_weightDecay) * x),',
  },
  { label: 'wealth of the wrong sign', scenario: 'rich', from: 'SCALAR_W) - scalarOld', to: 'SCALAR_W) + scalarOld' },
  { label: 'wealth not scaled by the bet', scenario: 'rich', from: 'scalarOld(row, SCALAR_bet) * sums[0]', to: 'sums[0]' },
  { label: 'rounds late by one', scenario: 'rich', from: 'table(row, TABLE_rounds)', to: '(table(row, TABLE_rounds) - 1.0)' },
  { label: 'schedule ignored', scenario: 'rich', from: 'mult(row) * (g', to: '(g' },
  {
    label: 'decay not scheduled',
    scenario: 'rich',
    from: 'mult(row) * (g + hyper(row, HYPER_weightDecay) * x)',
    to: '(mult(row) * g + hyper(row, HYPER_weightDecay) * x)',
  },
  {
    label: 'old bet on the new sum',
    scenario: 'rich',
    from: 'scalarNew(row, SCALAR_bet) * slot',
    to: 'scalarOld(row, SCALAR_bet) * slot',
  },
  { label: 'displaced from x, not from the start', scenario: 'rich', from: 'slot(e, SLOT_x0) + scalarNew', to: 'x + scalarNew' },
  { label: 'largest norm forgets', scenario: 'rich', from: 'max(scalarOld(row, SCALAR_gMax), sqrt(sums[1]))', to: 'sqrt(sums[1])' },
];
