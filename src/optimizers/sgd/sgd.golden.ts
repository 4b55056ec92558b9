import { flag, goldenRules, number } from '../golden.ts';

export const golden = goldenRules({
  source: 'sgd',
  rules: {
    lr: number('lr'),
    momentum: number('momentum'),
    dampening: number('dampening'),
    weight_decay: number('weightDecay'),
    nesterov: flag('nesterov'),
  },
  scalars: {},
  slots: { momentum_buffer: 'b' },
});
