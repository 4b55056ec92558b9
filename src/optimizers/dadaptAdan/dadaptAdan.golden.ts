import { dadaptRules, growthRules } from '../dadapt/dadapt-golden.ts';
import { adamSlots, flag, goldenRules, number, tuple } from '../golden.ts';

export const golden = goldenRules({
  source: 'dadapt_adan',
  rules: {
    ...dadaptRules,
    ...growthRules,
    betas: tuple('beta1', 'beta2', 'beta3'),
    eps: number('eps'),
    no_prox: flag('noProx'),
  },
  scalars: { d: 'd', gsq_weighted: 'G', sk_l1: 's1', k: 'k' },
  slots: { ...adamSlots, exp_avg_diff: 'e', s: 's', pre_grad: 'p' },
});
