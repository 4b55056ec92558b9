/** What the cards of Schedule-Free methods say in the same words. */
import { type HyperValues, numberOf } from '../../kernels/step-program.ts';
import type { CardSymbol, PythonSnippet } from '../card.ts';
import { GRADIENT_UNIT, hyperSymbol, scalarSymbol } from '../card-parts.ts';
import { intOf, type PythonArgument } from '../python.ts';

export const PACKAGE = 'schedulefree==1.4.1';

/** z is averaged, and the next gradient is taken in between. `beta` is the symbol of the interpolation. */
export const averageLines = (beta: string): readonly string[] => [
  '\\s{lrMax}_t = \\max(\\s{lrMax}_{t-1}, \\s{rate}_t), \\qquad w_t = t^{\\s{r}}\\, \\s{lrMax}_t^{\\,\\s{weightLrPower}}',
  '\\s{c}_{t+1} = w_t \\Big/ \\sum_{i \\le t} w_i',
  '\\s{x}_{t+1} = (1 - \\s{c}_{t+1})\\, \\s{x}_t + \\s{c}_{t+1}\\, \\s{z}_{t+1}',
  `\\s{y}_{t+1} = \\s{${beta}}\\, \\s{x}_{t+1} + (1 - \\s{${beta}})\\, \\s{z}_{t+1}`,
];

export const rateSymbol = (unit: string): CardSymbol =>
  scalarSymbol('rate', '\\gamma', 'Learning rate of this step, warmup and schedule included.', unit);

export const gSymbolAtY: CardSymbol = { id: 'g', tex: 'g', meaning: 'Gradient of the loss at y.', unit: GRADIENT_UNIT };

export const interpolationSymbol = (name: string): CardSymbol =>
  hyperSymbol(name, '\\beta', 'Where y lies between z (0) and x (1).', 'no unit', 'beta');

export const decayAtYSymbol = hyperSymbol(
  'weightDecay',
  '\\lambda',
  'Weight decay, taken at y and applied to z.',
  'no unit, per unit of learning rate',
);

export const warmupSymbol = hyperSymbol('warmupSteps', 'T_w', "Steps of the method's own warmup.", 'steps');

/** Symbols of `averageLines`; `rateUnit` is that of the learning rate. */
export const averageSymbols = (rateUnit: string): readonly CardSymbol[] => [
  { id: 'x', tex: 'x', meaning: 'Weighted average of all z so far: what is evaluated and kept.', unit: 'parameter units' },
  { id: 'y', tex: 'y', meaning: 'Where gradients are taken, between z and x.', unit: 'parameter units' },
  { id: 'z', tex: 'z', meaning: 'The base iterate, which makes the steps.', unit: 'parameter units' },
  scalarSymbol('c', 'c', 'Share of the newest z in the average.', 'no unit'),
  scalarSymbol('lrMax', '\\bar\\gamma', 'Largest learning rate so far.', rateUnit),
  hyperSymbol('weightLrPower', 'p', 'Power of the largest learning rate in the weights.', 'no unit'),
  hyperSymbol('r', 'r', 'Power of the step number in the weights.', 'no unit'),
];

export const torchModes: Pick<PythonSnippet, 'setup' | 'evaluation'> = {
  setup: () => ['optimizer.train()'],
  evaluation: { before: ['optimizer.eval()'], after: ['optimizer.train()'] },
};

export const optaxEvaluation: NonNullable<PythonSnippet['evaluation']> = {
  before: ['evaluated = optax.contrib.schedule_free_eval_params(state, params)'],
  after: [],
};

/** `who` derives x from y and z, for which y must not be z. */
export const noPlainAverage =
  (beta: string, who = 'schedulefree and optax divide') =>
  (hyper: HyperValues): readonly string[] =>
    numberOf(hyper, beta) === 0 ? [`${who} by ${beta}, which is 0 here: the plain average cannot be evaluated.`] : [];

/** Where a learning rate is a schedule, the packages' own warmup has no place. */
export const warmupArgument = (hyper: HyperValues, lr: string): Readonly<Record<string, PythonArgument>> =>
  numberOf(hyper, 'warmupSteps') > 0 && !Number.isNaN(Number(lr)) ? { warmup_steps: intOf(hyper, 'warmupSteps') } : {};

/** Where optax averages differently for these values. */
export function optaxAverageWarnings(hyper: HyperValues): readonly string[] {
  return [
    ...(numberOf(hyper, 'r') !== 0 ? ['optax has no r: it weighs early and late steps alike.'] : []),
    ...(hyper.warmupSteps === undefined || numberOf(hyper, 'warmupSteps') === 0
      ? []
      : ['The warmup of optax starts with a step of size 0, and only where the learning rate is a number, not a schedule.']),
    'optax reads the learning rate of the weights one step ahead of the step itself.',
  ];
}
