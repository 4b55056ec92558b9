import { dadaptRules } from '../dadapt/dadapt-golden.ts';
import { goldenRules, tuple } from '../golden.ts';

export const golden = goldenRules({
  source: 'dadapt_lion',
  rules: { ...dadaptRules, betas: tuple('beta1', 'beta2') },
  scalars: { d: 'd', numerator_weighted: 'N', sk_l1: 's1', d_hat: 'dHat', k: 'k' },
  slots: { exp_avg: 'm', s: 's' },
});
