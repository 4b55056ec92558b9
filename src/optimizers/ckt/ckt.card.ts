import { numberOf } from '../../kernels/step-program.ts';
import type { OptimizerCard } from '../card.ts';
import { coupledDecaySymbol, multiplierSymbol, scalarSymbol, xSymbol } from '../card-parts.ts';
import {
  bettingTorch,
  initialWealthSymbol,
  NO_OPTAX_KT,
  scheduledGradientLine,
  scheduledGSymbol,
  thetaSymbol,
} from '../coin-betting-card.ts';

export const card: OptimizerCard = {
  update: [
    scheduledGradientLine,
    '\\s{R}_{k+1} = \\s{R}_k - \\s{g}_k\\, (\\s{x}_k - \\s{x}_0), \\qquad \\s{R}_0 = \\s{w}',
    '\\s{n}_{k+1} = \\s{n}_k + 1 \\text{ where } \\s{g}_k \\ne 0, \\qquad \\s{n}_0 = 1',
    '\\s{theta}_{k+1} = \\s{theta}_k - \\s{g}_k',
    '\\s{x}_{k+1} = \\s{x}_0 + \\frac{\\s{R}_{k+1}}{\\s{n}_{k+1}}\\, \\s{theta}_{k+1}',
  ],
  symbols: [
    xSymbol,
    scheduledGSymbol,
    multiplierSymbol,
    coupledDecaySymbol,
    scalarSymbol('sumR', 'R', 'Wealth of a coordinate; the value is the sum over coordinates.', 'loss units', 'R'),
    scalarSymbol('sumN', 'n', 'Rounds that a coordinate has played; the value is the sum over coordinates.', 'no unit', 'n'),
    thetaSymbol,
    initialWealthSymbol,
  ],
  idea: 'The KT bettor for each coordinate by itself: it bets on the mean of its own negative gradients, with its own wealth. Coordinates whose gradients agree become rich and move far, others stay. That none of them goes broke holds for gradients between -1 and 1 only.',
  torch: bettingTorch('from parameterfree.ckt import cKT', 'cKT', (hyper) => ({ w: numberOf(hyper, 'w') })),
  optax: NO_OPTAX_KT,
};
