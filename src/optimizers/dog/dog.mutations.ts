import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in dog.wgsl. */
export const mutations: readonly WgslMutation[] = [
  { label: 'decay missing', scenario: 'sharp', from: 'return g + hyper(e.row, HYPER_weightDecay) * x;', to: 'return g;' },
  { label: 'decay of the wrong sign', scenario: 'sharp', from: 'g + hyper(e.row', to: 'g - hyper(e.row' },
  { label: 'decay left out of G', scenario: 'sharp', from: 'gradient * gradient', to: 'g * g' },
  { label: 'norm of the start in every step', scenario: 'sharp', from: 'select(slot(e, SLOT_p), x, k(e.row) == 0u)', to: 'x' },
  { label: 'no norm of the start', scenario: 'sharp', from: 'select(slot(e, SLOT_p), x, k(e.row) == 0u)', to: 'slot(e, SLOT_p)' },
  { label: 'squared distance', scenario: 'sharp', from: 'sqrt(sums[0])', to: 'sums[0]' },
  { label: 'present distance, not the largest', scenario: 'sharp', from: 'max(scalarOld(row, SCALAR_rbar), far)', to: 'far' },
  { label: 'norm of the start without the 1', scenario: 'sharp', from: '(1.0 + far)', to: 'far' },
  { label: 'G of the last gradient', scenario: 'sharp', from: 'scalarOld(row, SCALAR_G) + sums[1]', to: 'sums[1]' },
  { label: 'eta over G', scenario: 'sharp', from: '/ sqrt(G)', to: '/ G' },
  { label: 'schedule ignored', scenario: 'sharp', from: 'L(row) * rbar', to: 'hyper(row, HYPER_lr) * rbar' },
  {
    label: 'schedule acts on the given first step',
    scenario: 'given first step',
    from: 'L(row) * rbar / sqrt(G) + table(row, TABLE_eta0)',
    to: 'L(row) * (rbar / sqrt(G) + table(row, TABLE_eta0))',
  },
  { label: 'given first step ignored', scenario: 'given first step', from: ' + table(row, TABLE_eta0)', to: '' },
  {
    label: 'old eta',
    scenario: 'sharp',
    from: 'scalarNew(e.row, SCALAR_eta)',
    to: 'scalarOld(e.row, SCALAR_eta)',
  },
  {
    label: 'displacement of the wrong sign',
    scenario: 'sharp',
    from: 'slot(e, SLOT_p) + displacement',
    to: 'slot(e, SLOT_p) - displacement',
  },
  { label: 'average of the points before the step', scenario: 'sharp', from: '(p - pBar)', to: '(p - displacement - pBar)' },
  { label: 'average without weight', scenario: 'uniform average', from: 'table(e.row, TABLE_w) * (p - pBar)', to: '(p - pBar)' },
];
