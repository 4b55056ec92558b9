import { numberOf } from '../../kernels/step-program.ts';
import type { OptimizerCard } from '../card.ts';
import { coupledDecaySymbol, GRADIENT_UNIT, hyperSymbol, multiplierSymbol, scalarSymbol, xSymbol } from '../card-parts.ts';
import { bettingTorch, scheduledGradientLine, scheduledGSymbol, thetaSymbol } from '../coin-betting-card.ts';
import { pythonCall } from '../python.ts';

export const card: OptimizerCard = {
  update: [
    scheduledGradientLine,
    '\\s{Lmax}_{k+1} = \\max(\\s{Lmax}_k,\\ |\\s{g}_k|), \\qquad \\s{Lmax}_0 = \\s{eps}',
    '\\s{G}_{k+1} = \\s{G}_k + |\\s{g}_k|, \\qquad \\s{theta}_{k+1} = \\s{theta}_k - \\s{g}_k',
    '\\s{R}_{k+1} = \\max(0,\\ \\s{R}_k - \\s{g}_k\\, (\\s{x}_k - \\s{x}_0))',
    '\\s{x}_{k+1} = \\s{x}_0 + \\frac{\\s{theta}_{k+1}}{\\s{Lmax}_{k+1}\\, \\max(\\s{G}_{k+1} + \\s{Lmax}_{k+1},\\ \\s{alpha}\\, \\s{Lmax}_{k+1})}\\, (\\s{R}_{k+1} + \\s{Lmax}_{k+1})',
  ],
  symbols: [
    xSymbol,
    scheduledGSymbol,
    multiplierSymbol,
    coupledDecaySymbol,
    scalarSymbol('sumL', 'L', 'Largest gradient of a coordinate so far; the value is the sum over coordinates.', GRADIENT_UNIT, 'Lmax'),
    hyperSymbol('eps', '\\epsilon', 'What the largest gradient starts from.', GRADIENT_UNIT),
    scalarSymbol('sumG', 'G', 'Sum of the sizes of gradients of a coordinate; the value is the sum over coordinates.', GRADIENT_UNIT, 'G'),
    thetaSymbol,
    scalarSymbol('sumR', 'R', 'What the bets of a coordinate have won; the value is the sum over coordinates.', 'loss units', 'R'),
    hyperSymbol('alpha', '\\alpha', 'Limits early bets.', 'no unit'),
  ],
  idea: 'Every coordinate bets on which way to go, with part of the money it has won so far: how much follows from how one-sided its gradients have been. Winning bets make it richer and its steps longer, losing ones poorer and shorter, so there is no step size to choose. Bets are scaled by the largest gradient seen.',
  torch: bettingTorch('from parameterfree import COCOB', 'COCOB', (hyper) => ({
    alpha: numberOf(hyper, 'alpha'),
    eps: numberOf(hyper, 'eps'),
  })),
  optax: {
    packages: [],
    imports: [],
    construct: (hyper, lr) =>
      pythonCall('optax.contrib.cocob', [lr], {
        alpha: numberOf(hyper, 'alpha'),
        eps: numberOf(hyper, 'eps'),
        weight_decay: numberOf(hyper, 'weightDecay'),
      }),
    warnings: () => [],
  },
};
