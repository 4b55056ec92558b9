import { numberOf } from '../../kernels/step-program.ts';
import type { OptimizerCard } from '../card.ts';
import { ADAM_UPDATE_UNIT, beta2Symbol, epsSymbol, GRADIENT_UNIT, hyperSymbol, vSymbol } from '../card-parts.ts';
import { boundLine, MODEL_IDEA, modelLine, modelSymbols, optaxModelWarnings, stepLines } from '../momo/momo-card.ts';
import { pythonCall, tupleOf } from '../python.ts';

const NORM2 = '\\langle \\s{D}_k, \\s{D}_k / \\s{K}_k \\rangle';

export const card: OptimizerCard = {
  update: [
    '\\s{D}_k = \\s{beta1}\\, \\s{D}_{k-1} + (1 - \\s{beta1})\\, \\s{g}_k, \\qquad \\s{rho}_k = 1 - \\s{beta1}^{k+1}',
    modelLine('beta1'),
    '\\s{v}_k = \\s{beta2}\\, \\s{v}_{k-1} + (1 - \\s{beta2})\\, \\s{g}_k^2, \\qquad \\s{K}_k = \\sqrt{\\s{v}_k / (1 - \\s{beta2}^{k+1})} + \\s{eps}',
    ...stepLines(NORM2),
    '\\s{x}_{k+1} = \\frac{\\s{x}_k - \\s{tau}_k\\, \\s{D}_k / \\s{K}_k}{1 + \\s{L}_k \\s{weightDecay}}',
    '\\text{without proximal decay: } \\s{x}_{k+1} = (1 - \\s{L}_k \\s{weightDecay})\\, \\s{x}_k - \\s{tau}_k\\, \\s{D}_k / \\s{K}_k',
    boundLine(NORM2),
  ],
  symbols: [
    ...modelSymbols(ADAM_UPDATE_UNIT),
    vSymbol,
    { id: 'K', tex: 'K', meaning: "Adam's divisor of each entry.", unit: GRADIENT_UNIT },
    hyperSymbol('beta1', '\\beta_1', 'Decay of the running averages of gradients and tangents.', 'no unit, per step'),
    beta2Symbol,
    epsSymbol,
  ],
  idea: `${MODEL_IDEA} Lengths are measured as Adam does, entry by entry relative to the size of recent gradients.`,
  torch: {
    packages: ['momo-opt==0.1.0'],
    imports: ['from momo import MomoAdam'],
    construct: (hyper, lr) =>
      pythonCall('MomoAdam', ['model.parameters()'], {
        lr,
        betas: tupleOf(hyper, 'beta1', 'beta2'),
        eps: numberOf(hyper, 'eps'),
        weight_decay: numberOf(hyper, 'weightDecay'),
        lb: numberOf(hyper, 'lb'),
        divide: hyper.divide === true,
        use_fstar: hyper.useFstar === true,
      }),
    warnings: () => [],
    step: 'optimizer.step(loss=loss)',
  },
  optax: {
    packages: ['optax==0.2.8'],
    imports: ['import optax'],
    construct: (hyper, lr) =>
      pythonCall('optax.contrib.momo_adam', [], {
        learning_rate: lr,
        b1: numberOf(hyper, 'beta1'),
        b2: numberOf(hyper, 'beta2'),
        eps: numberOf(hyper, 'eps'),
        lower_bound: numberOf(hyper, 'lb'),
        weight_decay: numberOf(hyper, 'weightDecay'),
        adapt_lower_bound: hyper.useFstar === true,
      }),
    warnings: (hyper) => optaxModelWarnings(hyper),
    step: 'value=loss',
  },
};
