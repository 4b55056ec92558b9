import { numberOf } from '../../kernels/step-program.ts';
import type { OptimizerCard } from '../card.ts';
import { ADAM_UPDATE_UNIT, beta2Symbol, epsSymbol, hyperSymbol, LSymbol, vSymbol } from '../card-parts.ts';
import { floatOf, intOf, pythonCall, tupleOf } from '../python.ts';
import {
  averageLines,
  averageSymbols,
  decayAtYSymbol,
  gSymbolAtY,
  interpolationSymbol,
  noPlainAverage,
  optaxAverageWarnings,
  optaxEvaluation,
  PACKAGE,
  rateSymbol,
  torchModes,
  warmupArgument,
  warmupSymbol,
} from '../scheduleFree/card-parts.ts';

export const card: OptimizerCard = {
  update: [
    '\\s{g}_t = \\nabla f_t(\\s{y}_t), \\qquad \\s{rate}_t = \\s{L}\\, \\min(1, t / \\s{warmupSteps})',
    '\\s{v}_t = \\s{beta2}\\, \\s{v}_{t-1} + (1 - \\s{beta2})\\, \\s{g}_t^2',
    '\\s{m}_t = \\s{innerMomentum}\\, \\s{m}_{t-1} + (1 - \\s{innerMomentum})\\, \\s{g}_t',
    '\\s{z}_{t+1} = \\s{z}_t - \\s{rate}_t \\left( \\frac{\\s{m}_t / (1 - \\s{innerMomentum}^t)}{\\sqrt{\\s{v}_t / (1 - \\s{beta2}^t)} + \\s{eps}} + \\s{weightDecay}\\, \\s{y}_t \\right)',
    ...averageLines('beta'),
  ],
  symbols: [
    gSymbolAtY,
    LSymbol(ADAM_UPDATE_UNIT),
    rateSymbol(ADAM_UPDATE_UNIT),
    warmupSymbol,
    vSymbol,
    beta2Symbol,
    epsSymbol,
    {
      id: 'm',
      tex: 'm',
      meaning: 'Inner average of gradients; without inner momentum the gradient itself.',
      unit: 'loss units per parameter unit',
    },
    hyperSymbol('innerMomentum', '\\mu', 'Decay of the inner average; 0 by default.', 'no unit, per step'),
    decayAtYSymbol,
    interpolationSymbol('beta1'),
    ...averageSymbols(ADAM_UPDATE_UNIT),
  ],
  idea: "AdamW's steps from z, but with gradients taken between z and its running average x. The average takes the place of momentum and of the decaying schedule, so the learning rate stays constant and nobody has to say when the run ends. It won the self-tuning track of AlgoPerf v0.5.",
  torch: {
    packages: [PACKAGE],
    imports: ['import schedulefree'],
    construct: (hyper, lr) =>
      pythonCall('schedulefree.AdamWScheduleFree', ['model.parameters()'], {
        lr,
        betas: tupleOf(hyper, 'beta1', 'beta2'),
        eps: floatOf(hyper, 'eps'),
        weight_decay: floatOf(hyper, 'weightDecay'),
        warmup_steps: intOf(hyper, 'warmupSteps'),
        r: floatOf(hyper, 'r'),
        weight_lr_power: floatOf(hyper, 'weightLrPower'),
        inner_momentum: floatOf(hyper, 'innerMomentum'),
      }),
    warnings: noPlainAverage('beta1'),
    ...torchModes,
  },
  optax: {
    packages: [],
    imports: [],
    construct: (hyper, lr) =>
      pythonCall('optax.contrib.schedule_free_adamw', [], {
        learning_rate: lr,
        ...warmupArgument(hyper, lr),
        b1: floatOf(hyper, 'beta1'),
        b2: floatOf(hyper, 'beta2'),
        eps: floatOf(hyper, 'eps'),
        weight_decay: floatOf(hyper, 'weightDecay'),
        weight_lr_power: floatOf(hyper, 'weightLrPower'),
      }),
    warnings: (hyper) => [
      ...noPlainAverage('beta1')(hyper),
      ...(numberOf(hyper, 'innerMomentum') === 0 ? [] : ['optax has no inner momentum.']),
      ...optaxAverageWarnings(hyper),
    ],
    evaluation: optaxEvaluation,
  },
};
