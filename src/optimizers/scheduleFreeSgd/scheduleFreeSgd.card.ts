import type { OptimizerCard } from '../card.ts';
import { LSymbol } from '../card-parts.ts';
import { floatOf, intOf, pythonCall } from '../python.ts';
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

const RATE_UNIT = 'parameter units per unit of gradient';

export const card: OptimizerCard = {
  update: [
    '\\s{g}_t = \\nabla f_t(\\s{y}_t), \\qquad \\s{rate}_t = \\s{L}\\, \\min(1, t / \\s{warmupSteps})',
    '\\s{z}_{t+1} = \\s{z}_t - \\s{rate}_t\\, (\\s{g}_t + \\s{weightDecay}\\, \\s{y}_t)',
    ...averageLines('beta'),
  ],
  symbols: [
    gSymbolAtY,
    LSymbol(RATE_UNIT),
    rateSymbol(RATE_UNIT),
    warmupSymbol,
    decayAtYSymbol,
    interpolationSymbol('momentum'),
    ...averageSymbols(RATE_UNIT),
  ],
  idea: 'Learning rates decay so that the noise of the last steps averages out; averaging the iterates does the same without knowing when the run ends. Plain averages are slow, so gradients are taken between the average and the fast iterate, which acts as momentum. The learning rate stays constant.',
  torch: {
    packages: [PACKAGE],
    imports: ['import schedulefree'],
    construct: (hyper, lr) =>
      pythonCall('schedulefree.SGDScheduleFree', ['model.parameters()'], {
        lr,
        momentum: floatOf(hyper, 'momentum'),
        weight_decay: floatOf(hyper, 'weightDecay'),
        warmup_steps: intOf(hyper, 'warmupSteps'),
        r: floatOf(hyper, 'r'),
        weight_lr_power: floatOf(hyper, 'weightLrPower'),
      }),
    warnings: noPlainAverage('momentum'),
    ...torchModes,
  },
  optax: {
    packages: [],
    imports: [],
    construct: (hyper, lr) =>
      pythonCall('optax.contrib.schedule_free_sgd', [], {
        learning_rate: lr,
        ...warmupArgument(hyper, lr),
        b1: floatOf(hyper, 'momentum'),
        weight_decay: floatOf(hyper, 'weightDecay'),
        weight_lr_power: floatOf(hyper, 'weightLrPower'),
      }),
    warnings: (hyper) => [...noPlainAverage('momentum')(hyper), ...optaxAverageWarnings(hyper)],
    evaluation: optaxEvaluation,
  },
};
