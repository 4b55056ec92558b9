import { flag, goldenRules, number } from '../golden.ts';

export const golden = goldenRules({
  source: 'momo',
  rules: {
    lr: number('lr'),
    weight_decay: number('weightDecay'),
    beta: number('beta'),
    lb: number('lb'),
    bias_correction: flag('biasCorrection'),
    use_fstar: flag('useFstar'),
  },
  scalars: { lr_cap: 'cap', t1: 't1', tau: 'tau', loss_avg: 'F', lb: 'lb' },
  slots: { grad_avg: 'D' },
});
