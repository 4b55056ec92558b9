import type { OptimizerCard } from '../card.ts';
import { ADAM_UPDATE_UNIT, beta2Symbol, epsSymbol, LSymbol, vSymbol } from '../card-parts.ts';
import { flagOf, floatOf, pythonCall, tupleOf } from '../python.ts';
import {
  averageLines,
  averageSymbols,
  decayAtYSymbol,
  gSymbolAtY,
  interpolationSymbol,
  noPlainAverage,
  PACKAGE,
  rateSymbol,
  torchModes,
} from '../scheduleFree/card-parts.ts';

export const card: OptimizerCard = {
  update: [
    '\\s{rhoInf} = \\frac{2}{1 - \\s{beta2}} - 1, \\qquad \\s{rho}_t = \\s{rhoInf} - \\frac{2 t\\, \\s{beta2}^t}{1 - \\s{beta2}^t}',
    '\\s{rate}_t = \\s{L} \\sqrt{\\frac{(\\s{rho}_t - 4)(\\s{rho}_t - 2)\\, \\s{rhoInf}}{(\\s{rhoInf} - 4)(\\s{rhoInf} - 2)\\, \\s{rho}_t}} \\;\\text{ if } \\s{rho}_t > 4, \\text{ else } 0 \\text{ (or } \\s{L}\\text{, with } \\s{g}_t \\text{ not normalised)}',
    '\\s{g}_t = \\nabla f_t(\\s{y}_t), \\qquad \\s{v}_t = \\s{beta2}\\, \\s{v}_{t-1} + (1 - \\s{beta2})\\, \\s{g}_t^2',
    '\\s{z}_{t+1} = \\s{z}_t - \\s{rate}_t \\left( \\frac{\\s{g}_t}{\\sqrt{\\s{v}_t / (1 - \\s{beta2}^t)} + \\s{eps}} + \\s{weightDecay}\\, \\s{y}_t \\right)',
    ...averageLines('beta'),
  ],
  symbols: [
    { id: 'rho', tex: '\\rho', meaning: 'Length of the average of squared gradients so far.', unit: 'steps' },
    { id: 'rhoInf', tex: '\\rho_\\infty', meaning: 'Length that this average ends up with.', unit: 'steps' },
    gSymbolAtY,
    LSymbol(ADAM_UPDATE_UNIT),
    rateSymbol(ADAM_UPDATE_UNIT),
    vSymbol,
    beta2Symbol,
    epsSymbol,
    decayAtYSymbol,
    interpolationSymbol('beta1'),
    ...averageSymbols(ADAM_UPDATE_UNIT),
  ],
  idea: "Schedule-Free AdamW without a warmup to choose: RAdam's rectification keeps steps short while the second moment has seen too few gradients to be trusted. While it has seen almost none, the method stands still, or makes plain gradient steps.",
  torch: {
    packages: [PACKAGE],
    imports: ['import schedulefree'],
    construct: (hyper, lr) =>
      pythonCall('schedulefree.RAdamScheduleFree', ['model.parameters()'], {
        lr,
        betas: tupleOf(hyper, 'beta1', 'beta2'),
        eps: floatOf(hyper, 'eps'),
        weight_decay: floatOf(hyper, 'weightDecay'),
        r: floatOf(hyper, 'r'),
        weight_lr_power: floatOf(hyper, 'weightLrPower'),
        silent_sgd_phase: flagOf(hyper, 'silentSgdPhase'),
      }),
    warnings: noPlainAverage('beta1'),
    ...torchModes,
  },
  optax: { missing: 'optax.contrib has Schedule-Free SGD and AdamW, not RAdam.' },
};
