import { adamMutations } from '../testing/adam-mutations.ts';
import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in adam.wgsl. */
export const mutations: readonly WgslMutation[] = [
  ...adamMutations,
  { label: 'bias correction of m missing', scenario: 'defaults', from: 'moments.m / table(row, TABLE_bc1)', to: 'moments.m' },
  { label: 'decay left out', scenario: 'large steps', from: 'g + hyper(row, HYPER_weightDecay) * x', to: 'g' },
  {
    label: 'decay decoupled',
    scenario: 'large steps',
    from: 'adamMoments(e, g + hyper(row, HYPER_weightDecay) * x);\n  let mHat = moments.m / table(row, TABLE_bc1)',
    to: 'adamMoments(e, g);\n  let mHat = moments.m / table(row, TABLE_bc1) + hyper(row, HYPER_weightDecay) * x * moments.root',
  },
];
