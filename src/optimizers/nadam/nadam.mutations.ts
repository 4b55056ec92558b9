import { adamMutations } from '../testing/adam-mutations.ts';
import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in nadam.wgsl. */
export const mutations: readonly WgslMutation[] = [
  ...adamMutations,
  { label: 'shares swapped', scenario: 'fast momentum', from: 'TABLE_gShare) * decayed', to: 'TABLE_mShare) * decayed' },
  { label: 'momentum with the share of the gradient', scenario: 'fast momentum', from: 'TABLE_mShare) *', to: 'TABLE_gShare) *' },
  {
    label: 'gradient without the decay',
    scenario: 'large steps',
    from: 'table(row, TABLE_gShare) * decayed',
    to: 'table(row, TABLE_gShare) * g',
  },
  { label: 'moments without the decay', scenario: 'large steps', from: 'adamMoments(e, decayed)', to: 'adamMoments(e, g)' },
  { label: 'no momentum', scenario: 'defaults', from: ' + table(row, TABLE_mShare) * moments.m', to: '' },
];
