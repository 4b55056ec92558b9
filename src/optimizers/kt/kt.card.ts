import { numberOf } from '../../kernels/step-program.ts';
import type { OptimizerCard } from '../card.ts';
import { coupledDecaySymbol, multiplierSymbol, scalarSymbol, xSymbol } from '../card-parts.ts';
import { bettingTorch, initialWealthSymbol, NO_OPTAX_KT, thetaSymbol } from '../coin-betting-card.ts';

export const card: OptimizerCard = {
  update: [
    '\\s{W}_{k+1} = \\s{W}_k + \\langle \\s{x}_0 - \\s{x}_k,\\ \\nabla f_k(\\s{x}_k) \\rangle, \\qquad \\s{W}_0 = \\s{w}',
    '\\s{theta}_{k+1} = \\s{theta}_k - \\s{q}_k\\, (\\nabla f_k(\\s{x}_k) + \\s{weightDecay}\\, \\s{x}_k)',
    '\\s{x}_{k+1} = \\s{x}_0 + \\s{bet}_{k+1}\\, \\s{theta}_{k+1}, \\qquad \\s{bet}_{k+1} = \\frac{\\s{W}_{k+1}}{k + 2}',
  ],
  symbols: [
    xSymbol,
    multiplierSymbol,
    coupledDecaySymbol,
    scalarSymbol('W', 'W', 'Wealth: what the bets have made of the initial one.', 'loss units'),
    scalarSymbol('bet', '\\beta', 'Wealth over rounds: displacement per unit of summed gradients.', 'parameter units per unit of gradient'),
    thetaSymbol,
    initialWealthSymbol,
  ],
  idea: 'One bettor for all parameters. In each round it bets a part of its wealth on a direction, the mean of the negative gradients so far, and wins when the next gradient agrees. Its wealth, and with it the step, can grow exponentially; that it never goes broke holds for gradients of norm at most 1 only.',
  torch: bettingTorch('from parameterfree import KT', 'KT', (hyper) => ({ w: numberOf(hyper, 'w') })),
  optax: NO_OPTAX_KT,
};
