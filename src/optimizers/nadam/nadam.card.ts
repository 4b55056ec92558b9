import { numberOf } from '../../kernels/step-program.ts';
import type { OptimizerCard } from '../card.ts';
import {
  ADAM_ROOT,
  adamSymbols,
  adamTorchArguments,
  constructTorch,
  coupledGradientLine,
  hyperSymbol,
  momentLines,
  optaxAdamArguments,
  optaxCoupled,
  type TorchCall,
} from '../card-parts.ts';
import { pythonCall } from '../python.ts';

export const torchCall: TorchCall = {
  name: 'torch.optim.NAdam',
  arguments: (hyper, lr) => ({
    ...adamTorchArguments(hyper, lr),
    momentum_decay: numberOf(hyper, 'momentumDecay'),
    foreach: hyper.singleTensorQuirk !== true,
  }),
};

export const card: OptimizerCard = {
  update: [
    coupledGradientLine,
    ...momentLines,
    '\\s{mu}_t = \\s{beta1} \\left( 1 - \\tfrac12\\, 0.96^{t\\, \\s{momentumDecay}} \\right), \\qquad \\s{P}_t = \\s{mu}_1 \\cdots \\s{mu}_t, \\qquad t = k + 1',
    '\\hat m_{k+1} = \\frac{1 - \\s{mu}_t}{1 - \\s{P}_t}\\, \\s{g}_k + \\frac{\\s{mu}_{t+1}}{1 - \\s{P}_t\\, \\s{mu}_{t+1}}\\, \\s{m}_{k+1}',
    `\\s{x}_{k+1} = \\s{x}_k - \\s{L}_k\\, \\frac{\\hat m_{k+1}}{${ADAM_ROOT}}`,
  ],
  symbols: [
    ...adamSymbols('coupled'),
    { id: 'mu', tex: '\\mu', meaning: 'Momentum of a step, which grows from about half of its limit to it.', unit: 'no unit' },
    { id: 'P', tex: 'P', meaning: 'Product of the momenta so far.', unit: 'no unit' },
    hyperSymbol('momentumDecay', '\\psi', 'How fast the momentum grows.', 'no unit, per step'),
  ],
  idea: 'Adam with Nesterov momentum: the step uses the momentum that the next step is going to have, applied to the gradient at hand. The momentum is small at first, while averages are young, and grows to its limit.',
  torch: {
    packages: [],
    imports: [],
    construct: constructTorch(torchCall),
    warnings: (hyper) =>
      hyper.singleTensorQuirk === true
        ? ['The quirk is that of PyTorch 1.13 with foreach=False, with which Freestep was compared; other versions may be without it.']
        : [],
  },
  optax: {
    packages: [],
    imports: [],
    construct: (hyper, lr) => optaxCoupled(hyper, pythonCall('optax.nadam', [lr], optaxAdamArguments(hyper))),
    warnings: () => [
      'optax.nadam is another method of this name: its momentum is beta1 from the first step on, with other bias corrections.',
    ],
  },
};
