import { numberOf } from '../../kernels/step-program.ts';
import type { OptimizerCard } from '../card.ts';
import { hyperSymbol } from '../card-parts.ts';
import { pythonCall } from '../python.ts';
import { boundLine, MODEL_IDEA, modelLine, modelSymbols, optaxModelWarnings, stepLines } from './momo-card.ts';

const NORM2 = '\\lVert \\s{D}_k \\rVert^2';

export const card: OptimizerCard = {
  update: [
    '\\s{D}_k = \\s{beta}\\, \\s{D}_{k-1} + (1 - \\s{beta})\\, \\s{g}_k',
    modelLine('beta'),
    '\\text{from the first values: } \\s{D}_0 = \\s{g}_0,\\ \\s{M}_0 = \\s{f}_0,\\ \\s{rho}_k = 1; \\quad \\text{with bias correction: } \\s{rho}_k = 1 - \\s{beta}^{k+1}',
    ...stepLines(NORM2),
    '\\s{x}_{k+1} = \\frac{\\s{x}_k - \\s{tau}_k\\, \\s{D}_k}{1 + \\s{L}_k \\s{weightDecay}}',
    boundLine(NORM2),
  ],
  symbols: [
    ...modelSymbols('parameter units per unit of gradient'),
    hyperSymbol('beta', '\\beta', 'Decay of the running averages.', 'no unit, per step'),
  ],
  idea: MODEL_IDEA,
  torch: {
    packages: ['momo-opt==0.1.0'],
    imports: ['from momo import Momo'],
    construct: (hyper, lr) =>
      pythonCall('Momo', ['model.parameters()'], {
        lr,
        weight_decay: numberOf(hyper, 'weightDecay'),
        beta: numberOf(hyper, 'beta'),
        lb: numberOf(hyper, 'lb'),
        bias_correction: hyper.biasCorrection === true,
        use_fstar: hyper.useFstar === true,
      }),
    warnings: () => [],
    step: 'optimizer.step(loss=loss)',
  },
  optax: {
    packages: ['optax==0.2.8'],
    imports: ['import optax'],
    construct: (hyper, lr) =>
      pythonCall('optax.contrib.momo', [], {
        learning_rate: lr,
        beta: numberOf(hyper, 'beta'),
        lower_bound: numberOf(hyper, 'lb'),
        weight_decay: numberOf(hyper, 'weightDecay'),
        adapt_lower_bound: hyper.useFstar === true,
      }),
    warnings: (hyper) => [
      ...(hyper.biasCorrection === true ? ['optax has no bias correction: its averages start at their first values.'] : []),
      ...optaxModelWarnings(hyper),
    ],
    step: 'value=loss',
  },
};
