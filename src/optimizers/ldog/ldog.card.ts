import type { CardSymbol, OptimizerCard } from '../card.ts';
import { dogSymbols, dogTorch, dogUpdate } from '../dog/dog.card.ts';

/** Scalars, of which every tensor has its own: a single number would say little. */
function ofTensor({ value, ...symbol }: CardSymbol): CardSymbol {
  return { ...symbol, meaning: `${symbol.meaning} One for each tensor.` };
}

export const card: OptimizerCard = {
  update: ['\\text{for each tensor by itself:}', ...dogUpdate],
  symbols: dogSymbols.map((symbol) => (symbol.value?.kind === 'scalar' ? ofTensor(symbol) : symbol)),
  idea: 'DoG for each tensor by itself: the distance that a tensor has moved, over the root of the sum of its squared gradients, is its step size. Layers whose gradients differ in size then take steps of their own. The average of the points is evaluated.',
  torch: dogTorch('LDoG'),
  optax: { missing: 'optax 0.2.8 has DoG for the whole model, optax.contrib.dog, but no variant per tensor.' },
};
