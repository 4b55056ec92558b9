import { adamRules, adamSlots, goldenRules, number } from '../golden.ts';
import { momentumProduct } from './nadam.ts';

export const golden = goldenRules({
  source: 'nadam',
  rules: { ...adamRules, momentum_decay: number('momentumDecay'), foreach: (value) => ({ singleTensorQuirk: value === false }) },
  scalars: { mu_product: ({ k = [] }, hyper) => k.map((t) => momentumProduct(hyper, t)) },
  slots: adamSlots,
});
