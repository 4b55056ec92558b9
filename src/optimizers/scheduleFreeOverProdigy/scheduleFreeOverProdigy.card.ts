import { scalarSymbol } from '../card-parts.ts';
import { card as prodigy } from '../prodigy/prodigy.card.ts';
import { wrapperCard } from '../scheduleFree/wrapper-card.ts';

export const card = wrapperCard({
  base: prodigy,
  baseLabel: 'Prodigy',
  LUnit: 'no unit',
  rateUnit: 'parameter units per normalised gradient',
  rate: '\\s{L}\\, \\s{d}_{t+1}',
  symbols: [scalarSymbol('d', 'd', "Prodigy's estimate of the max-norm distance from the start to a solution.", 'parameter units')],
  idea: 'Schedule-Free takes the schedule away and Prodigy the learning rate: Prodigy makes its steps from z, with gradients taken between z and its running average x. Steps enter the average weighted by the estimate d, so that those before it was found hardly count.',
  optaxWarnings: () => ['optax gives Prodigy the parameters y instead of z, and weighs steps by the learning rate without d.'],
});
