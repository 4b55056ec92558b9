import { adamRules, flag, goldenRules, number } from '../golden.ts';

export const golden = goldenRules({
  source: 'momo_adam',
  rules: { ...adamRules, lb: number('lb'), divide: flag('divide'), use_fstar: flag('useFstar') },
  scalars: { lr_cap: 'cap', t1: 't1', tau: 'tau', loss_avg: 'F', lb: 'lb' },
  slots: { grad_avg: 'D', grad_avg_sq: 'v' },
});
