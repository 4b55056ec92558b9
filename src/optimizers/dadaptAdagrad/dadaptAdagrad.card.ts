import { numberOf } from '../../kernels/step-program.ts';
import type { OptimizerCard } from '../card.ts';
import {
  ADAM_UPDATE_UNIT,
  coupledDecaySymbol,
  coupledGradientLine,
  coupledGSymbol,
  epsSymbol,
  GRADIENT_UNIT,
  LSymbol,
  scalarSymbol,
  xSymbol,
} from '../card-parts.ts';
import {
  dadaptTorch,
  estimateSymbols,
  growthLine,
  growthSymbol,
  momentumSymbol,
  noOptax,
  stepLine,
  stepSymbol,
} from '../dadapt/dadapt-card.ts';

export const card: OptimizerCard = {
  update: [
    coupledGradientLine,
    `${stepLine}, \\qquad \\s{A}_{k+1} = \\s{A}_k + \\s{g}_k^2, \\qquad \\s{r}_{k+1} = \\sqrt{\\s{A}_{k+1}} + \\s{eps}`,
    '\\s{s}_{k+1} = \\s{s}_k + \\s{step}_k\\, \\s{g}_k, \\qquad \\s{G}_{k+1} = \\s{G}_k + \\s{step}_k^2 \\sum \\s{g}_k^2 / \\s{r}_{k+1}',
    '\\s{N}_{k+1} = \\sum \\s{s}_{k+1}^2 / \\s{r}_{k+1} - \\s{G}_{k+1}, \\qquad \\s{dHat}_{k+1} = \\frac{\\s{N}_{k+1}}{\\lVert \\s{s}_{k+1} \\rVert_1}',
    growthLine,
    '\\s{x}_{k+1} = \\s{momentum}\\, \\s{x}_k + (1 - \\s{momentum})\\, (\\s{x}_0 - \\s{s}_{k+1} / \\s{r}_{k+1})',
  ],
  symbols: [
    xSymbol,
    coupledGSymbol,
    coupledDecaySymbol,
    LSymbol('no unit'),
    stepSymbol(ADAM_UPDATE_UNIT),
    { id: 'A', tex: 'A', meaning: 'Sum of squared gradients of each entry, from 1e-6 on.', unit: 'squared units of the gradient' },
    { id: 'r', tex: 'r', meaning: 'What divides the gradients of each entry.', unit: GRADIENT_UNIT },
    { id: 's', tex: 's', meaning: 'Sum of gradients times steps: the way the gradients ask for.', unit: 'loss units' },
    scalarSymbol('G', 'G', 'Work done: what steps without any agreement make of the sum of squares.', 'loss units x parameter units'),
    scalarSymbol('N', 'N', 'Numerator: how far the gradients agree with each other.', 'loss units x parameter units'),
    ...estimateSymbols('max-norm'),
    growthSymbol,
    momentumSymbol,
    epsSymbol,
  ],
  idea: 'The weighted sum of gradients grows faster than each of them alone would make it as long as they agree, and then the solution is further away than the steps assume. D-Adaptation makes of this an estimate of the max-norm distance, and the step follows its running maximum. As AdaGrad never forgets a gradient, its estimate grows more slowly than in the other forms.',
  torch: dadaptTorch('DAdaptAdaGrad', (hyper) => ({
    momentum: numberOf(hyper, 'momentum'),
    eps: numberOf(hyper, 'eps'),
    growth_rate: numberOf(hyper, 'growthRate'),
  })),
  optax: noOptax('AdaGrad'),
};
