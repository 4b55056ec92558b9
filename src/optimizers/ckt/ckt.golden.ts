import { goldenRules, number } from '../golden.ts';

export const golden = goldenRules({
  source: 'ckt',
  rules: { w: number('w'), weight_decay: number('weightDecay') },
  scalars: { sum_reward: 'sumR', sum_t: 'sumN' },
  slots: { sum_negative_gradients: 'theta', reward: 'R', t: 'n' },
});
