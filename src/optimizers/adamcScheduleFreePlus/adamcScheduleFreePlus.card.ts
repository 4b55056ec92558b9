import type { OptimizerCard } from '../card.ts';
import {
  ADAM_UPDATE_UNIT,
  beta1Symbol,
  beta2Symbol,
  epsSymbol,
  GRADIENT_UNIT,
  hyperSymbol,
  LSymbol,
  mSymbol,
  scalarSymbol,
  vSymbol,
} from '../card-parts.ts';
import { floatOf, intOf, pythonCall, tupleOf } from '../python.ts';
import { averageLines, averageSymbols, decayAtYSymbol, gSymbolAtY, PACKAGE, rateSymbol, torchModes } from '../scheduleFree/card-parts.ts';

export const card: OptimizerCard = {
  update: [
    '\\s{F}_t = \\s{f}_t + \\s{beta}_t\\, \\langle \\s{g}_t, \\s{z}_t - \\s{x}_t \\rangle',
    '\\s{G}_t = \\frac{\\s{polyakBeta}\\, \\s{G}_{t-1} + (1 - \\s{polyakBeta})\\, \\lVert \\s{g}_t \\rVert_1 \\sqrt{\\pi / 2}}{1 - \\s{polyakBeta}^t}',
    '\\s{rate}_t = \\max(\\s{L}, \\s{eps})\\, \\frac{\\max(0, \\s{F}_t)}{\\s{G}_t}',
    '\\s{m}_t = \\s{beta1}\\, \\s{m}_{t-1} + (1 - \\s{beta1})\\, \\s{g}_t, \\qquad \\s{v}_t = \\s{beta2}\\, \\s{v}_{t-1} + (1 - \\s{beta2})\\, \\s{g}_t^2',
    '\\s{z}_{t+1} = \\s{z}_t - \\s{rate}_t^2\\, \\s{weightDecay}\\, \\s{y}_t - \\s{rate}_t\\, \\frac{\\s{m}_t / (1 - \\s{beta1}^t)}{\\sqrt{\\s{v}_t / (1 - \\s{beta2}^t)} + \\s{eps}}',
    ...averageLines('beta'),
  ],
  symbols: [
    { id: 'f', tex: 'f', meaning: 'Loss at y.', unit: 'loss units', value: { kind: 'loss' } },
    scalarSymbol('F', 'F', 'Loss, corrected for the gradient having been taken at y and not at z.', 'loss units'),
    scalarSymbol('G', 'G', 'Scaled 1-norm of the gradient, averaged.', GRADIENT_UNIT),
    hyperSymbol('polyakBeta', '\\beta_p', 'Decay of this average.', 'no unit, per step'),
    gSymbolAtY,
    LSymbol('no unit'),
    rateSymbol(ADAM_UPDATE_UNIT),
    mSymbol,
    vSymbol,
    beta1Symbol,
    beta2Symbol,
    epsSymbol,
    decayAtYSymbol,
    hyperSymbol(
      'sfBeta1',
      '\\beta',
      'Where y lies between z (0) and x (1); it may be annealed towards its largest value.',
      'no unit',
      'beta',
    ),
    ...averageSymbols(ADAM_UPDATE_UNIT),
  ],
  idea: 'Averaging takes the schedule away, and a Polyak step the learning rate: how far the loss is above 0, over how steep it is. Because the gradient is taken at y and the step made from z, the loss is corrected by how much it differs between the two, to first order.',
  torch: {
    packages: [PACKAGE],
    imports: ['from schedulefree.adamc_schedulefree_plus_paper import AdamCScheduleFreePlusPaper'],
    construct: (hyper, lr) =>
      pythonCall('AdamCScheduleFreePlusPaper', ['model.parameters()'], {
        lr,
        betas: tupleOf(hyper, 'beta1', 'beta2'),
        sf_beta1: floatOf(hyper, 'sfBeta1'),
        eps: floatOf(hyper, 'eps'),
        weight_decay: floatOf(hyper, 'weightDecay'),
        r: floatOf(hyper, 'r'),
        polyak_beta: floatOf(hyper, 'polyakBeta'),
        c_warmup: intOf(hyper, 'cWarmup'),
        sf_beta1_anneal_steps: intOf(hyper, 'annealSteps'),
        sf_beta1_max: floatOf(hyper, 'sfBeta1Max'),
        weight_lr_power: floatOf(hyper, 'weightLrPower'),
      }),
    warnings: () => ['The package raises ZeroDivisionError where the gradient is zero; here the run ends.'],
    step: 'optimizer.step_func(loss.item())',
    ...torchModes,
  },
  optax: { missing: 'optax has no Schedule-Free method with a Polyak step.' },
};
