import { dadaptRules, growthRules } from '../dadapt/dadapt-golden.ts';
import { goldenRules, number } from '../golden.ts';

export const golden = goldenRules({
  source: 'dadapt_adagrad',
  rules: { ...dadaptRules, ...growthRules, momentum: number('momentum'), eps: number('eps') },
  // Not d_hat: on the first step it is the difference of two equal sums, so that the recorded number is the package's rounding error, and ours
  // is 0. Its numerator is sksq_weighted - gsq_weighted, and d follows it.
  scalars: {
    d: 'd',
    gsq_weighted: 'G',
    sksq_weighted: ({ N: [N = Number.NaN] = [], G: [G = Number.NaN] = [] }) => [N + G],
    skl1: 's1',
    k: 'k',
  },
  slots: { alphak: 'A', sk: 's' },
});
