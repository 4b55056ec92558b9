import { numberOf } from '../../kernels/step-program.ts';
import { flagOf, floatOf, pythonCall } from '../python.ts';
import { wrapperCard } from '../scheduleFree/wrapper-card.ts';

export const card = wrapperCard({
  baseLabel: 'SGD',
  rateUnit: 'parameter units per unit of gradient',
  rate: '\\s{L}',
  symbols: [],
  idea: 'Schedule-Free as a wrapper: SGD makes its steps from z, with gradients taken between z and its running average x. The average takes the place of the decaying schedule, and of the momentum of SGD, which is 0 by default.',
  torch: {
    packages: [],
    imports: [],
    construct: (hyper, lr) =>
      pythonCall('torch.optim.SGD', ['model.parameters()'], {
        lr,
        momentum: floatOf(hyper, 'momentum'),
        dampening: floatOf(hyper, 'dampening'),
        weight_decay: hyper.decouple === true ? '0.0' : floatOf(hyper, 'weightDecay'),
        nesterov: flagOf(hyper, 'nesterov'),
      }),
    warnings: (hyper) => [
      ...(hyper.decouple === true && numberOf(hyper, 'weightDecay') !== 0 ? ['torch.optim.SGD has no decoupled weight decay.'] : []),
      ...(hyper.nesterov === true && numberOf(hyper, 'dampening') !== 0 ? ['torch.optim.SGD refuses Nesterov with dampening.'] : []),
    ],
  },
  optax: {
    construct: (hyper, lr) => {
      const sgd = pythonCall('optax.sgd', [], {
        learning_rate: lr,
        momentum: floatOf(hyper, 'momentum'),
        nesterov: flagOf(hyper, 'nesterov'),
      });
      const decay = floatOf(hyper, 'weightDecay');
      return numberOf(hyper, 'weightDecay') === 0 ? sgd : `optax.chain(optax.add_decayed_weights(${decay}), ${sgd})`;
    },
    warnings: (hyper) => [
      ...(numberOf(hyper, 'dampening') === 0 ? [] : ['optax.sgd has no dampening.']),
      ...(numberOf(hyper, 'weightDecay') === 0
        ? []
        : ['optax gives the base the parameters y, so that its weight decay acts there, not at z.']),
    ],
  },
});
