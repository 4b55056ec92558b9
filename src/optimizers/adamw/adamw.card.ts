import { numberOf } from '../../kernels/step-program.ts';
import type { OptimizerCard } from '../card.ts';
import {
  ADAM_ROOT,
  adamSymbols,
  adamTorchArguments,
  constructTorch,
  momentLines,
  optaxAdamArguments,
  type TorchCall,
} from '../card-parts.ts';
import { pythonCall } from '../python.ts';

export const torchCall: TorchCall = { name: 'torch.optim.AdamW', arguments: adamTorchArguments };

export const card: OptimizerCard = {
  update: [
    ...momentLines,
    `\\s{x}_{k+1} = (1 - \\s{L}_k\\, \\s{weightDecay})\\, \\s{x}_k - \\s{L}_k\\, \\frac{\\s{m}_{k+1} / (1 - \\s{beta1}^{k+1})}{${ADAM_ROOT}}`,
  ],
  symbols: adamSymbols('decoupled'),
  idea: 'Adam with weight decay taken out of the gradient: each step shrinks all parameters by the same fraction, instead of passing the decay through the division by the typical gradient. The usual choice for deep networks, at the price of a learning rate, a schedule and a decay to tune.',
  torch: { packages: [], imports: [], construct: constructTorch(torchCall), warnings: () => [] },
  optax: {
    packages: [],
    imports: [],
    construct: (hyper, lr) =>
      pythonCall('optax.adamw', [lr], { ...optaxAdamArguments(hyper), weight_decay: numberOf(hyper, 'weightDecay') }),
    warnings: () => [],
  },
};
