import { goldenRules, number } from '../golden.ts';

export const golden = goldenRules({
  source: 'kt',
  rules: { w: number('w'), weight_decay: number('weightDecay') },
  scalars: { wealth: 'W', iter: ({ k = [] }) => k.map((steps) => steps + 1) },
  slots: {},
});
