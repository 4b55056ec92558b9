import { goldenRules, number } from '../golden.ts';

export const golden = goldenRules({
  source: 'cocob',
  rules: { alpha: number('alpha'), eps: number('eps'), weight_decay: number('weightDecay') },
  scalars: { sum_reward: 'sumR', sum_L: 'sumL', sum_grad_norm_sum: 'sumG' },
  // With alpha = 10 on P3 coordinates overshoot in turn and amplify a rounding of their position by some 500 times in 60 steps: equivalent
  // orders of operations end 6e-6 to 1.3e-4 from the float64 run, of 2e-5 allowed; the order in cocob.ts is one that stays within.
  slots: { sum_negative_gradients: 'theta', grad_norm_sum: 'G', L: 'L', reward: 'R' },
});
