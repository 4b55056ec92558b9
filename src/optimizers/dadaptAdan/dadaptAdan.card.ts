import { numberOf } from '../../kernels/step-program.ts';
import type { OptimizerCard } from '../card.ts';
import { ADAM_UPDATE_UNIT, epsSymbol, GRADIENT_UNIT, gSymbol, hyperSymbol, LSymbol, scalarSymbol, xSymbol } from '../card-parts.ts';
import { dadaptTorch, estimateSymbols, growthLine, growthSymbol, noOptax, stepLine, stepSymbol } from '../dadapt/dadapt-card.ts';
import { tupleOf } from '../python.ts';

export const card: OptimizerCard = {
  update: [
    `${stepLine}, \\qquad \\s{D}_k = \\s{g}_k - \\s{g}_{k-1}, \\quad \\s{D}_0 = 0`,
    '\\s{m}_{k+1} = \\s{beta1}\\, \\s{m}_k + (1 - \\s{beta1})\\, \\s{step}_k\\, \\s{g}_k, \\qquad \\s{e}_{k+1} = \\s{beta2}\\, \\s{e}_k + (1 - \\s{beta2})\\, \\s{step}_k\\, \\s{D}_k',
    '\\s{v}_{k+1} = \\s{beta3}\\, \\s{v}_k + (1 - \\s{beta3})\\, (\\s{g}_k + \\s{beta2}\\, \\s{D}_k)^2, \\qquad \\s{r}_{k+1} = \\sqrt{\\s{v}_{k+1}} + \\s{eps}',
    '\\s{s}_{k+1} = \\s{beta3}\\, \\s{s}_k + (1 - \\s{beta3})\\, \\s{step}_k\\, \\s{g}_k, \\qquad \\s{G}_{k+1} = \\s{beta3}\\, \\s{G}_k + (1 - \\s{beta3})\\, \\s{step}_k^2 \\sum \\s{g}_k^2 / \\s{r}_{k+1}',
    '\\s{dHat}_{k+1} = \\frac{\\sum \\s{s}_{k+1}^2 / \\s{r}_{k+1} / (1 - \\s{beta3}) - \\s{G}_{k+1}}{\\lVert \\s{s}_{k+1} \\rVert_1}',
    growthLine,
    '\\s{x}_{k+1} = \\frac{\\s{x}_k - (\\s{m}_{k+1} + \\s{beta2}\\, \\s{e}_{k+1}) / \\s{r}_{k+1}}{1 + \\s{step}_k\\, \\s{weightDecay}}',
    '\\text{without prox: } \\s{x}_{k+1} = (1 - \\s{step}_k\\, \\s{weightDecay})\\, \\s{x}_k - (\\s{m}_{k+1} + \\s{beta2}\\, \\s{e}_{k+1}) / \\s{r}_{k+1}',
  ],
  symbols: [
    xSymbol,
    gSymbol,
    LSymbol('no unit'),
    stepSymbol(ADAM_UPDATE_UNIT),
    { id: 'D', tex: 'D', meaning: 'Change of the gradient since the step before.', unit: GRADIENT_UNIT },
    { id: 'm', tex: 'm', meaning: 'Running average of gradients, each times the step of its time.', unit: 'loss units' },
    { id: 'e', tex: 'e', meaning: 'Running average of the changes, each times the step of its time.', unit: 'loss units' },
    {
      id: 'v',
      tex: 'v',
      meaning: 'Running average of squared gradients, looking ahead by their change.',
      unit: 'squared units of the gradient',
    },
    { id: 'r', tex: 'r', meaning: 'What divides the step of each entry.', unit: GRADIENT_UNIT },
    { id: 's', tex: 's', meaning: 'Running average of gradients times steps: the way the gradients ask for.', unit: 'loss units' },
    scalarSymbol('G', 'G', 'Work done: what steps without any agreement make of the sum of squares.', 'loss units x parameter units'),
    ...estimateSymbols('max-norm'),
    growthSymbol,
    hyperSymbol('beta1', '\\beta_1', 'Decay of the average of gradients.', 'no unit, per step'),
    hyperSymbol('beta2', '\\beta_2', 'Decay of the average of changes, and their weight.', 'no unit, per step'),
    hyperSymbol('beta3', '\\beta_3', 'Decay of the second moment and of the sums of the estimate.', 'no unit, per step'),
    epsSymbol,
    hyperSymbol('weightDecay', '\\lambda', 'Weight decay.', 'no unit, per unit of the step'),
  ],
  idea: 'Adan adds to Adam the average change of the gradient, which is momentum that looks ahead. D-Adaptation estimates the max-norm distance to a solution from how far the gradients agree, and the step follows the running maximum of that estimate. It may overshoot by much: nothing bounds it here.',
  torch: dadaptTorch('DAdaptAdan', (hyper) => ({
    betas: tupleOf(hyper, 'beta1', 'beta2', 'beta3'),
    eps: numberOf(hyper, 'eps'),
    no_prox: hyper.noProx === true,
    growth_rate: numberOf(hyper, 'growthRate'),
  })),
  optax: noOptax('Adan'),
};
