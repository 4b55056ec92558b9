import { dadaptRules, growthRules } from '../dadapt/dadapt-golden.ts';
import { adamRules, adamSlots, flag, goldenRules } from '../golden.ts';

export const golden = goldenRules({
  source: 'dadapt_adam',
  rules: { ...adamRules, ...dadaptRules, ...growthRules, decouple: flag('decouple'), use_bias_correction: flag('useBiasCorrection') },
  scalars: { d: 'd', numerator_weighted: 'N', sk_l1: 's1', d_hat: 'dHat', k: 'k' },
  slots: { ...adamSlots, s: 's' },
});
