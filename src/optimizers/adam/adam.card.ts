import type { OptimizerCard } from '../card.ts';
import {
  ADAM_ROOT,
  adamSymbols,
  adamTorchArguments,
  constructTorch,
  coupledGradientLine,
  momentLines,
  optaxAdamArguments,
  optaxCoupled,
  type TorchCall,
} from '../card-parts.ts';
import { pythonCall } from '../python.ts';

export const torchCall: TorchCall = { name: 'torch.optim.Adam', arguments: adamTorchArguments };

export const card: OptimizerCard = {
  update: [
    coupledGradientLine,
    ...momentLines,
    `\\s{x}_{k+1} = \\s{x}_k - \\s{L}_k\\, \\frac{\\s{m}_{k+1} / (1 - \\s{beta1}^{k+1})}{${ADAM_ROOT}}`,
  ],
  symbols: adamSymbols('coupled'),
  idea: 'Every parameter takes steps of about the same length, the learning rate, however large its gradients are: the averaged gradient is divided by its own typical size. The two corrections make up for averages that start at zero.',
  torch: { packages: [], imports: [], construct: constructTorch(torchCall), warnings: () => [] },
  optax: {
    packages: [],
    imports: [],
    construct: (hyper, lr) => optaxCoupled(hyper, pythonCall('optax.adam', [lr], optaxAdamArguments(hyper))),
    warnings: () => [],
  },
};
