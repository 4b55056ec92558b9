import { adamMutations, decoupledMutations } from '../testing/adam-mutations.ts';
import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in adamw.wgsl. */
export const mutations: readonly WgslMutation[] = [
  ...adamMutations,
  ...decoupledMutations,
  { label: 'bias correction of m missing', scenario: 'defaults', from: 'moments.m / table(row, TABLE_bc1)', to: 'moments.m' },
  { label: 'both corrections with bc2', scenario: 'defaults', from: 'table(row, TABLE_bc1)', to: 'table(row, TABLE_bc2)' },
];
