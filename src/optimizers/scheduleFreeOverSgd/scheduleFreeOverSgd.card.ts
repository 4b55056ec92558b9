import { numberOf } from '../../kernels/step-program.ts';
import { wrapperCard } from '../scheduleFree/wrapper-card.ts';
import { card as sgd } from '../sgd/sgd.card.ts';

export const card = wrapperCard({
  base: sgd,
  baseLabel: 'SGD',
  LUnit: 'parameter units per unit of gradient',
  rateUnit: 'parameter units per unit of gradient',
  rate: '\\s{L}',
  symbols: [],
  idea: 'Schedule-Free as a wrapper: SGD makes its steps from z, with gradients taken between z and its running average x. The average takes the place of the decaying schedule, and of the momentum of SGD, which is 0 by default.',
  optaxWarnings: (hyper) =>
    numberOf(hyper, 'weightDecay') === 0 ? [] : ['optax gives the base the parameters y, so that its weight decay acts there, not at z.'],
});
