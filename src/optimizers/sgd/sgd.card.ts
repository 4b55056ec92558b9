import { numberOf } from '../../kernels/step-program.ts';
import type { OptimizerCard } from '../card.ts';
import {
  constructTorch,
  coupledDecaySymbol,
  coupledGradientLine,
  coupledGSymbol,
  GRADIENT_UNIT,
  hyperSymbol,
  LSymbol,
  optaxCoupled,
  type TorchCall,
  xSymbol,
} from '../card-parts.ts';
import { floatOf, pythonCall } from '../python.ts';

export const torchCall: TorchCall = {
  name: 'torch.optim.SGD',
  arguments: (hyper, lr) => ({
    lr,
    momentum: numberOf(hyper, 'momentum'),
    dampening: numberOf(hyper, 'dampening'),
    weight_decay: numberOf(hyper, 'weightDecay'),
    nesterov: hyper.nesterov === true,
  }),
};

export const card: OptimizerCard = {
  update: [
    coupledGradientLine,
    '\\s{b}_0 = \\s{g}_0, \\qquad \\s{b}_k = \\s{momentum}\\, \\s{b}_{k-1} + (1 - \\s{dampening})\\, \\s{g}_k',
    '\\s{x}_{k+1} = \\s{x}_k - \\s{L}_k\\, \\s{b}_k',
    '\\text{with Nesterov: } \\s{x}_{k+1} = \\s{x}_k - \\s{L}_k\\, (\\s{g}_k + \\s{momentum}\\, \\s{b}_k)',
    '\\text{with decoupled decay: } \\s{g}_k = \\nabla f_k(\\s{x}_k) \\text{ and } \\s{x}_k \\text{ shrinks by } \\s{L}_k\\, \\s{weightDecay}\\, \\s{x}_k',
  ],
  symbols: [
    xSymbol,
    coupledGSymbol,
    LSymbol('parameter units per unit of gradient'),
    { id: 'b', tex: 'b', meaning: 'Momentum buffer: the accumulated direction.', unit: GRADIENT_UNIT },
    hyperSymbol('momentum', '\\mu', 'Decay of the accumulated direction.', 'no unit, per step'),
    hyperSymbol('dampening', '\\tau', 'Fraction of each new gradient that is kept out of the buffer.', 'no unit'),
    coupledDecaySymbol,
  ],
  idea: 'A step against the gradient. Momentum keeps walking in the direction of earlier gradients, which evens out noise and speeds up along valleys. How long a step is has to be found by trying, and that is what the learning-rate-free methods want to spare.',
  torch: {
    packages: [],
    imports: [],
    construct: constructTorch(torchCall),
    warnings: (hyper) => [
      ...(hyper.nesterov === true && (numberOf(hyper, 'dampening') !== 0 || numberOf(hyper, 'momentum') === 0)
        ? ['torch.optim.SGD refuses Nesterov with dampening or without momentum.']
        : []),
      ...(hyper.decouple === true && numberOf(hyper, 'weightDecay') !== 0
        ? ['torch.optim.SGD adds weight decay to the gradient; here it acts on the parameters.']
        : []),
    ],
  },
  optax: {
    packages: [],
    imports: [],
    construct(hyper, lr) {
      const momentum = { nesterov: hyper.nesterov === true };
      if (hyper.decouple !== true) {
        return optaxCoupled(hyper, pythonCall('optax.sgd', [lr], { momentum: numberOf(hyper, 'momentum'), ...momentum }));
      }
      const parts = [
        pythonCall('optax.trace', [], { decay: numberOf(hyper, 'momentum'), ...momentum }),
        pythonCall('optax.add_decayed_weights', [floatOf(hyper, 'weightDecay')], {}),
        pythonCall('optax.scale_by_learning_rate', [lr], {}),
      ];
      return pythonCall('optax.chain', parts, {});
    },
    warnings: (hyper) => (numberOf(hyper, 'dampening') !== 0 && numberOf(hyper, 'momentum') !== 0 ? ['optax.sgd has no dampening.'] : []),
  },
};
