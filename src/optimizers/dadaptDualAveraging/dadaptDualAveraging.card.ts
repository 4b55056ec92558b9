import type { OptimizerCard } from '../card.ts';
import { gSymbol, multiplierSymbol, scalarSymbol, xSymbol } from '../card-parts.ts';
import { estimateSymbols } from '../dadapt/dadapt-card.ts';

export const card: OptimizerCard = {
  update: [
    '\\s{s}_{k+1} = \\s{s}_k + \\s{w}_k\\, \\s{g}_k, \\qquad \\s{w}_k = \\s{d}_k\\, \\s{q}_k',
    '\\s{gamma}_{k+1} = \\frac{1}{\\sqrt{\\sum_{i=0}^{k} \\lVert \\s{g}_i \\rVert^2}}, \\qquad \\s{gamma}_0 = \\s{gamma}_1',
    '\\s{dHat}_{k+1} = \\frac{\\s{gamma}_{k+1} \\lVert \\s{s}_{k+1} \\rVert^2 - \\s{Q}_{k+1}}{2\\, \\lVert \\s{s}_{k+1} \\rVert}, \\qquad \\s{Q}_{k+1} = \\sum_{i=0}^{k} \\s{gamma}_i\\, \\s{w}_i^2\\, \\lVert \\s{g}_i \\rVert^2',
    '\\s{d}_0 = \\s{d0}, \\qquad \\s{d}_{k+1} = \\max(\\s{d}_k,\\ \\s{dHat}_{k+1}) \\le \\lVert \\s{x}_0 - x_* \\rVert \\ \\text{ on convex losses}',
    '\\s{x}_{k+1} = \\s{x}_0 - \\s{gamma}_{k+1}\\, \\s{s}_{k+1}',
    '\\s{xHat}_k = \\frac{\\sum_{i=0}^{k} \\s{w}_i\\, \\s{x}_i}{\\sum_{i=0}^{k} \\s{w}_i}',
  ],
  symbols: [
    { ...xSymbol, meaning: 'Parameters, where gradients are taken.' },
    gSymbol,
    multiplierSymbol,
    { id: 'w', tex: 'w', meaning: 'Weight of a gradient and of its point.', unit: 'parameter units' },
    { id: 's', tex: 's', meaning: 'Weighted sum of gradients.', unit: 'loss units' },
    scalarSymbol('gamma', '\\gamma', 'One over the root of the summed squared gradients.', 'parameter units per loss unit'),
    scalarSymbol(
      'Q',
      'Q',
      'What the steps have cost, at most: the part of the bound that stands against the way gone.',
      'loss units x parameter units',
    ),
    ...estimateSymbols('2-norm'),
    { id: 'xHat', tex: '\\hat x', meaning: 'Weighted average of all points, which is evaluated.', unit: 'parameter units' },
  ],
  idea: "The convergence bound of dual averaging contains the unknown distance to a solution; turned around, it says that the distance cannot be smaller than d hat. The largest of these bounds so far scales the steps, grows from almost nothing to about the distance, and on a convex loss never exceeds it. The formulas are Algorithm 1 of the paper: the authors' blog post misprints them, with d inside gamma as well and with sums of gradients that are not weighted by d.",
  torch: { missing: 'The authors published no implementation of Algorithm 1; their package dadaptation has the practical forms only.' },
  optax: { missing: 'optax has no dual averaging with D-Adaptation, only D-Adapt AdamW (optax.contrib.dadapt_adamw).' },
};
