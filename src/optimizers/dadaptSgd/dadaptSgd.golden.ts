import { dadaptRules, growthRules } from '../dadapt/dadapt-golden.ts';
import { goldenRules, number } from '../golden.ts';

export const golden = goldenRules({
  source: 'dadapt_sgd',
  rules: { ...dadaptRules, ...growthRules, momentum: number('momentum') },
  scalars: {
    d: 'd',
    numerator_weighted: 'N',
    g0_norm: 'g0Norm',
    sk_sq: ({ s2 = [] }) => s2.map((norm) => norm * norm),
    d_hat: 'dHat',
    k: 'k',
  },
  slots: { s: 's' },
});
