import { numberOf } from '../../kernels/step-program.ts';
import type { OptimizerCard } from '../card.ts';
import {
  ADAM_UPDATE_UNIT,
  beta1Symbol,
  beta2Symbol,
  epsSymbol,
  hyperSymbol,
  LSymbol,
  optaxEstimateWarnings,
  scalarSymbol,
  vSymbol,
  xSymbol,
} from '../card-parts.ts';
import { dadaptTorch, estimateSymbols, growthLine, growthSymbol, qLine, qSymbol, stepSymbol } from '../dadapt/dadapt-card.ts';
import { UNLIMITED_GROWTH } from '../prodigy/prodigy.ts';
import { pythonCall, tupleOf } from '../python.ts';

export const card: OptimizerCard = {
  update: [
    '\\s{g}_k = \\nabla f_k(\\s{x}_k), \\quad \\text{with coupled decay } \\s{g}_k = \\nabla f_k(\\s{x}_k) + \\s{weightDecay}\\, \\s{x}_k',
    '\\s{step}_k = \\s{d}_k\\, \\s{L}_k, \\quad \\text{with bias correction } \\s{step}_k = \\s{d}_k\\, \\s{L}_k\\, \\frac{\\sqrt{1 - \\s{beta2}^{k+1}}}{1 - \\s{beta1}^{k+1}}',
    `\\s{N}_{k+1} = \\s{q}\\, \\s{N}_k + (1 - \\s{q})\\, \\s{step}_k \\Bigl\\langle \\s{g}_k,\\ \\frac{\\s{s}_k}{\\sqrt{\\s{v}_k} + \\s{eps}} \\Bigr\\rangle, \\qquad ${qLine}`,
    '\\s{m}_{k+1} = \\s{beta1}\\, \\s{m}_k + (1 - \\s{beta1})\\, \\s{step}_k\\, \\s{g}_k, \\qquad \\s{v}_{k+1} = \\s{beta2}\\, \\s{v}_k + (1 - \\s{beta2})\\, \\s{g}_k^2',
    '\\s{s}_{k+1} = \\s{q}\\, \\s{s}_k + (1 - \\s{q})\\, \\s{step}_k\\, \\s{g}_k, \\qquad \\s{dHat}_{k+1} = \\frac{\\s{N}_{k+1}}{(1 - \\s{q})\\, \\lVert \\s{s}_{k+1} \\rVert_1}',
    growthLine,
    '\\s{x}_{k+1} = \\s{x}_k - \\frac{\\s{m}_{k+1}}{\\sqrt{\\s{v}_{k+1}} + \\s{eps}}, \\quad \\text{with decoupled decay also } -\\, \\s{step}_k\\, \\s{weightDecay}\\, \\s{x}_k',
  ],
  symbols: [
    xSymbol,
    {
      id: 'g',
      tex: 'g',
      meaning: 'Gradient of the loss at x; contains the weight decay if that is coupled.',
      unit: 'loss units per parameter unit',
    },
    LSymbol('no unit'),
    stepSymbol(ADAM_UPDATE_UNIT),
    { id: 'm', tex: 'm', meaning: 'First moment: running average of gradients, each times the step of its time.', unit: 'loss units' },
    vSymbol,
    { id: 's', tex: 's', meaning: 'Slower average of gradients times steps: the way the gradients ask for.', unit: 'loss units' },
    scalarSymbol('N', 'N', 'Numerator: how far each gradient agrees with those before it.', 'loss units x parameter units'),
    qSymbol,
    ...estimateSymbols('max-norm'),
    growthSymbol,
    beta1Symbol,
    beta2Symbol,
    epsSymbol,
    hyperSymbol('weightDecay', '\\lambda', 'Weight decay; coupled unless decoupled is set.', 'no unit, per unit of the step'),
  ],
  idea: 'As long as successive gradients point the same way, the solution is further away than the steps assume. D-Adaptation turns the convergence bound of a convex method around into an estimate of that distance, and lets the step follow its running maximum. In this form Adam scales the gradients, and the estimate is one of the max-norm distance.',
  torch: dadaptTorch('DAdaptAdam', (hyper) => ({
    betas: tupleOf(hyper, 'beta1', 'beta2'),
    eps: numberOf(hyper, 'eps'),
    decouple: hyper.decouple === true,
    use_bias_correction: hyper.useBiasCorrection === true,
    growth_rate: numberOf(hyper, 'growthRate'),
  })),
  optax: {
    packages: ['optax==0.2.8'],
    imports: ['import optax'],
    construct: (hyper, lr) =>
      pythonCall('optax.contrib.dadapt_adamw', [], {
        learning_rate: lr,
        betas: tupleOf(hyper, 'beta1', 'beta2'),
        eps: numberOf(hyper, 'eps'),
        estim_lr0: numberOf(hyper, 'd0'),
        weight_decay: numberOf(hyper, 'weightDecay'),
      }),
    // Without a weight decay it makes no difference how it would be applied.
    warnings: (hyper) =>
      optaxEstimateWarnings({ ...hyper, decouple: hyper.decouple === true || hyper.weightDecay === 0 }, UNLIMITED_GROWTH),
  },
};
