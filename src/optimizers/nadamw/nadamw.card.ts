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

export const torchCall: TorchCall = { name: 'NAdamW', arguments: adamTorchArguments };

export const card: OptimizerCard = {
  update: [
    ...momentLines,
    '\\hat m_{k+1} = \\frac{\\s{beta1}\\, \\s{m}_{k+1} + (1 - \\s{beta1})\\, \\s{g}_k}{1 - \\s{beta1}^{k+1}}',
    `\\s{x}_{k+1} = (1 - \\s{L}_k\\, \\s{weightDecay})\\, \\s{x}_k - \\s{L}_k\\, \\frac{\\hat m_{k+1}}{${ADAM_ROOT}}`,
  ],
  symbols: adamSymbols('decoupled'),
  idea: "AdamW that looks one step ahead: the average of gradients is applied to the newest gradient once more before the step. The baseline of AlgoPerf, and the method of that benchmark's published lists of settings.",
  torch: {
    packages: ['timm'],
    imports: ['from timm.optim.nadamw import NAdamW'],
    construct: constructTorch(torchCall),
    warnings: () => [
      "PyTorch itself has only NAdam, another method. timm has a copy of AlgoPerf's NAdamW; Freestep was compared with the original.",
    ],
  },
  optax: {
    packages: [],
    imports: [],
    construct: (hyper, lr) =>
      pythonCall('optax.nadamw', [lr], { ...optaxAdamArguments(hyper), weight_decay: numberOf(hyper, 'weightDecay') }),
    warnings: () => ['optax divides the averaged part of the look-ahead by 1 - beta1^(k+2), one step later than AlgoPerf and Freestep.'],
  },
};
