import type { OptimizerCard } from '../card.ts';
import { gSymbol, hyperSymbol, LSymbol, scalarSymbol, xSymbol } from '../card-parts.ts';
import { dadaptTorch, estimateSymbols, noOptax, qLine, qSymbol, stepLine, stepSymbol } from '../dadapt/dadapt-card.ts';
import { tupleOf } from '../python.ts';

export const card: OptimizerCard = {
  update: [
    `${stepLine}, \\qquad \\s{u}_k = \\operatorname{sign}\\bigl(\\s{beta1}\\, \\s{m}_k + (1 - \\s{beta1})\\, \\s{g}_k\\bigr)`,
    '\\s{x}_{k+1} = (1 - \\s{step}_k\\, \\s{weightDecay})\\, \\s{x}_k - \\s{step}_k\\, \\s{u}_k',
    '\\s{m}_{k+1} = \\s{beta2}\\, \\s{m}_k + (1 - \\s{beta2})\\, \\s{step}_k\\, \\s{g}_k',
    `\\s{N}_{k+1} = \\s{q}\\, \\s{N}_k + (1 - \\s{q})\\, \\s{step}_k \\langle \\s{u}_k,\\ \\s{s}_k \\rangle, \\qquad ${qLine}`,
    '\\s{s}_{k+1} = \\s{q}\\, \\s{s}_k + (1 - \\s{q})\\, \\s{step}_k\\, \\s{u}_k',
    '\\s{dHat}_{k+1} = \\frac{\\s{N}_{k+1}}{(1 - \\s{q})\\, \\lVert \\s{s}_{k+1} \\rVert_1}, \\qquad \\s{d}_0 = \\s{d0}, \\quad \\s{d}_{k+1} = \\max(\\s{d}_k,\\ \\s{dHat}_{k+1})',
  ],
  symbols: [
    xSymbol,
    gSymbol,
    LSymbol('no unit'),
    stepSymbol('parameter units per sign'),
    { id: 'u', tex: 'u', meaning: 'Direction: the sign of each entry of an average.', unit: 'no unit' },
    { id: 'm', tex: 'm', meaning: 'Running average of gradients, each times the step of its time.', unit: 'loss units' },
    { id: 's', tex: 's', meaning: 'Running average of the steps.', unit: 'parameter units' },
    scalarSymbol('N', 'N', 'Numerator: how far each direction agrees with the steps before it.', 'squared parameter units'),
    qSymbol,
    ...estimateSymbols('max-norm'),
    hyperSymbol('beta1', '\\beta_1', 'Weight of the average beside the gradient in the direction.', 'no unit'),
    hyperSymbol('beta2', '\\beta_2', 'Decay of the average.', 'no unit, per step'),
    hyperSymbol('weightDecay', '\\lambda', 'Weight decay, decoupled.', 'no unit, per unit of the step'),
  ],
  idea: 'Lion changes every parameter by the same amount in each step, up or down. As long as successive steps agree, the solution is further away than they assume: D-Adaptation makes of this an estimate of the max-norm distance, and the amount follows its running maximum. Parameters move before the estimate is renewed.',
  torch: dadaptTorch('DAdaptLion', (hyper) => ({ betas: tupleOf(hyper, 'beta1', 'beta2') })),
  optax: noOptax('Lion'),
};
