import type { CardSymbol, OptimizerCard } from '../card.ts';
import { dogSymbols, dogTorch, dogUpdate } from '../dog/dog.card.ts';

/** Every tensor has its own of these; what the one number that is shown is made of. */
const SHOWN: Readonly<Record<string, string>> = {
  G: 'their sum',
  rbar: 'the root of their sum of squares',
  eta: 'their mean',
};

function ofTensors(symbol: CardSymbol): CardSymbol {
  const shown = SHOWN[symbol.id];
  return shown === undefined ? symbol : { ...symbol, meaning: `${symbol.meaning} One for each tensor; the number is ${shown}.` };
}

export const card: OptimizerCard = {
  update: ['\\text{for each tensor by itself:}', ...dogUpdate],
  symbols: dogSymbols.map(ofTensors),
  idea: 'DoG for each tensor by itself: the distance that a tensor has moved, over the root of the sum of its squared gradients, is its step size. Layers whose gradients differ in size then take steps of their own. The average of the points is evaluated.',
  torch: dogTorch('LDoG'),
  optax: { missing: 'optax 0.2.8 has DoG for the whole model, optax.contrib.dog, but no variant per tensor.' },
};
