import { numberOf } from '../../kernels/step-program.ts';
import type { OptimizerCard } from '../card.ts';
import { coupledDecaySymbol, coupledGradientLine, coupledGSymbol, LSymbol, scalarSymbol, xSymbol } from '../card-parts.ts';
import { dadaptTorch, estimateSymbols, growthLine, growthSymbol, momentumSymbol, noOptax, stepSymbol } from '../dadapt/dadapt-card.ts';

export const card: OptimizerCard = {
  update: [
    coupledGradientLine,
    '\\s{step}_k = \\frac{\\s{d}_k\\, \\s{L}_k}{\\s{g0Norm}}, \\qquad \\s{g0Norm} = \\lVert \\nabla f_0(\\s{x}_0) \\rVert',
    '\\s{N}_{k+1} = \\s{N}_k + \\s{step}_k \\langle \\s{g}_k,\\ \\s{s}_k \\rangle, \\qquad \\s{s}_{k+1} = \\s{s}_k + \\s{step}_k\\, \\s{g}_k',
    '\\s{dHat}_{k+1} = \\frac{2\\, \\s{N}_{k+1}}{\\lVert \\s{s}_{k+1} \\rVert}',
    growthLine,
    '\\s{x}_{k+1} = \\s{momentum}\\, \\s{x}_k + (1 - \\s{momentum})\\, (\\s{x}_0 - \\s{s}_{k+1})',
  ],
  symbols: [
    xSymbol,
    coupledGSymbol,
    coupledDecaySymbol,
    LSymbol('no unit'),
    stepSymbol('parameter units per unit of gradient'),
    scalarSymbol(
      'g0Norm',
      'G_0',
      '2-norm of the first gradient, without weight decay; it stays the unit of the step.',
      'loss units per parameter unit',
    ),
    { id: 's', tex: 's', meaning: 'Sum of gradients times steps: the way gone from the start.', unit: 'parameter units' },
    scalarSymbol('N', 'N', 'Numerator: how far each gradient agrees with the way gone.', 'squared parameter units'),
    ...estimateSymbols('2-norm'),
    growthSymbol,
    momentumSymbol,
  ],
  idea: 'As long as gradients agree with the way gone so far, the solution is further away than the steps assume. D-Adaptation turns the convergence bound of a convex method around into an estimate of the 2-norm distance, and lets the step of SGD follow its running maximum. The step is measured by the first gradient for ever, so that a large estimate may be too long for the steepest direction.',
  torch: {
    ...dadaptTorch('DAdaptSGD', (hyper) => ({ momentum: numberOf(hyper, 'momentum'), growth_rate: numberOf(hyper, 'growthRate') })),
    warnings: () => [
      'DAdaptSGD raises ZeroDivisionError where the first gradient or the first learning rate is 0: let warmup start above 0.',
    ],
  },
  optax: noOptax('SGD'),
};
