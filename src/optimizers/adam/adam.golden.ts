import { adamRules, adamSlots, goldenRules, onlyOff } from '../golden.ts';

export const golden = goldenRules({
  source: 'adam',
  rules: { ...adamRules, amsgrad: onlyOff, fused: onlyOff },
  scalars: {},
  slots: adamSlots,
});
