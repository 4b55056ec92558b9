import { goldenRules, number } from '../golden.ts';

export const golden = goldenRules({
  source: 'cocob',
  rules: { alpha: number('alpha'), eps: number('eps'), weight_decay: number('weightDecay') },
  scalars: { sum_reward: 'sumR', sum_L: 'sumL', sum_grad_norm_sum: 'sumG' },
  // With alpha = 10 coordinates overshoot in turn and amplify a rounding of their position by some 500 times in 60 steps; the recorded float32
  // run strayed by 1.2e-6, less than any of 40 executions with random roundings (2.3e-6 to 1.7e-4).
  singleLimits: [{ problem: 'P3', config: 'alpha_10', steps: 36 }],
  slots: { sum_negative_gradients: 'theta', grad_norm_sum: 'G', L: 'L', reward: 'R' },
});
