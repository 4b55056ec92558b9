import type { WgslMutation } from '../testing/mutations.ts';
import { modelMutations } from './momo-mutations.ts';

/** Mistakes that somebody could have made in momo.wgsl. */
export const mutations: readonly WgslMutation[] = [
  ...modelMutations,
  {
    label: 'D not averaged',
    scenario: 'sharp',
    from: 'table(e.row, TABLE_keep) * slot(e, SLOT_D) + table(e.row, TABLE_fresh) * g',
    to: 'g',
  },
  { label: 'first D weighted', scenario: 'sharp', from: 'table(e.row, TABLE_fresh) * g', to: '(1.0 - hyper(e.row, HYPER_beta)) * g' },
  { label: 'norm of the gradient', scenario: 'sharp', from: 'Shares(D * D,', to: 'Shares(g * g,' },
  { label: '<g, x> for <D, x>', scenario: 'sharp', from: 'D * x)', to: 'g * x)' },
  {
    label: 'steps along the gradient',
    scenario: 'sharp',
    from: 'scalarNew(e.row, SCALAR_tau) * slot(e, SLOT_D)',
    to: 'scalarNew(e.row, SCALAR_tau) * g',
  },
  { label: 'old step size', scenario: 'sharp', from: 'scalarNew(e.row, SCALAR_tau)', to: 'scalarOld(e.row, SCALAR_tau)' },
  {
    label: 'step not divided by p',
    scenario: 'sharp',
    from: '(x - scalarNew(e.row, SCALAR_tau) * slot(e, SLOT_D)) / momoDecay(e.row)',
    to: 'x / momoDecay(e.row) - scalarNew(e.row, SCALAR_tau) * slot(e, SLOT_D)',
  },
];
