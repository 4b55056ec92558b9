import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in dadaptSgd.wgsl. */
export const mutations: readonly WgslMutation[] = [
  {
    label: 'the norm of the first gradient contains the weight decay',
    scenario: 'large steps',
    from: 'Shares(g * g, gradient * gradient)',
    to: 'Shares(gradient * gradient, gradient * gradient)',
  },
  {
    label: 'the first s lacks the weight decay in its norm',
    scenario: 'large steps',
    from: 'Shares(g * g, gradient * gradient)',
    to: 'Shares(g * g, g * g)',
  },
  { label: 'the first s is not scaled in its norm', scenario: 'large steps', from: 'select(1.0, dlr, isFirst)', to: '1.0' },
  { label: 'new s in the numerator', scenario: 'large steps', from: 'gradient * slot(e, SLOT_s), s * s', to: 'gradient * s, s * s' },
  { label: 'old s in the norm', scenario: 'large steps', from: ', s * s)', to: ', slot(e, SLOT_s) * slot(e, SLOT_s))' },
  { label: 'the numerator counts the first gradient', scenario: 'large steps', from: 'select(sums[0], 0.0, isFirst)', to: 'sums[0]' },
  { label: 'factor 2 missing', scenario: 'large steps', from: '2.0 * n / s2', to: 'n / s2' },
  {
    label: 'g0 not kept',
    scenario: 'large steps',
    from: 'select(scalarOld(row, SCALAR_g0Norm), sqrt(sums[0]), isFirst)',
    to: 'sqrt(sums[0])',
  },
  {
    label: 'learning rate ignored in s',
    scenario: 'large steps',
    from: 'scalarOld(e.row, SCALAR_d) * L(e.row)',
    to: 'scalarOld(e.row, SCALAR_d)',
  },
  { label: 'weight decay ignored', scenario: 'large steps', from: 'g + hyper(e.row, HYPER_weightDecay) * x', to: 'g' },
  {
    label: 'new d in s',
    scenario: 'large steps',
    from: 'scalarOld(e.row, SCALAR_d) * L(e.row)',
    to: 'scalarNew(e.row, SCALAR_d) * L(e.row)',
  },
  {
    label: 'step from x',
    scenario: 'large steps',
    from: '(slot(e, SLOT_x0) - s)',
    to: '(x - s)',
  },
  { label: 'new point not averaged', scenario: 'large steps', from: 'derived(row, DERIVED_oneMinusMomentum) * (', to: '1.0 * (' },
  { label: 'growth not limited', scenario: 'limited growth', from: 'select(d * growthRate, dHat, growthRate >= dHat / d)', to: 'dHat' },
];
