/** What the cards of MoMo and MoMo-Adam say alike. */
import { type HyperValues, numberOf } from '../../kernels/step-program.ts';
import type { CardSymbol } from '../card.ts';
import { GRADIENT_UNIT, gSymbol, hyperSymbol, scalarSymbol, xSymbol } from '../card-parts.ts';

export function modelSymbols(stepUnit: string): readonly CardSymbol[] {
  return [
    xSymbol,
    gSymbol,
    { id: 'f', tex: 'f', meaning: 'Loss of the batch.', unit: 'loss units', value: { kind: 'loss' } },
    { id: 'D', tex: 'D', meaning: 'Running average of gradients.', unit: GRADIENT_UNIT },
    scalarSymbol('M', 'M', 'Model of the loss at x: the running average of the tangents of all batches.', 'loss units'),
    scalarSymbol('lb', 'f_*', 'Lower bound of the loss: the given one, or its estimate.', 'loss units'),
    hyperSymbol('lb', 'f_*^{(0)}', 'The given lower bound.', 'loss units', 'lb0'),
    scalarSymbol('t1', 't', 'Step that takes the model down to the lower bound.', stepUnit),
    scalarSymbol('tau', '\\tau', 'Step size.', stepUnit),
    {
      id: 'L',
      tex: 'L',
      meaning: 'Learning rate cap times schedule.',
      unit: stepUnit,
      value: { kind: 'L' },
    },
    hyperSymbol('weightDecay', '\\lambda', 'Weight decay.', 'no unit, per unit of L'),
    { id: 'rho', tex: '\\rho', meaning: 'Sum of the weights in the running averages.', unit: 'no unit' },
  ];
}

/** M_k from the tangents; `beta` is the id of the decay. */
export const modelLine = (beta: string) =>
  `\\s{M}_k = \\s{${beta}}\\, (\\s{M}_{k-1} + \\langle \\s{D}_{k-1}, \\s{x}_k - \\s{x}_{k-1} \\rangle) + (1 - \\s{${beta}})\\, \\s{f}_k`;

/** The step size, with the squared norm of D as the method measures it. */
export const stepLines = (norm2: string): readonly string[] => [
  `\\s{t1}_k = \\frac{\\max(0,\\ (1 + \\s{L}_k \\s{weightDecay})\\, (\\s{M}_k - \\s{rho}_k \\s{lb}) - \\s{L}_k \\s{weightDecay}\\, \\langle \\s{D}_k, \\s{x}_k \\rangle)}{${norm2}}`,
  '\\s{tau}_k = \\min(\\s{L}_k / \\s{rho}_k,\\ \\s{t1}_k)',
];

/** The estimate of the lower bound that use_fstar makes after each step. */
export const boundLine = (norm2: string) =>
  `\\text{with an adapted lower bound: } \\s{lb} \\leftarrow \\max(\\s{lb0},\\ (\\s{M}_k - \\tfrac{1}{2} \\s{tau}_k ${norm2}) / \\s{rho}_k)`;

export const MODEL_IDEA =
  'Each batch gives a loss and a gradient, and so a tangent. The average of the tangents is a model of the loss, which reaches a known lower bound after a certain step along the averaged gradient: that step is taken, unless it is longer than the cap. Where the lower bound is the lowest loss, this is a step of Polyak.';

/** Where optax's variants differ from the package's. */
export function optaxModelWarnings(hyper: HyperValues): readonly string[] {
  return [
    ...(numberOf(hyper, 'weightDecay') > 0
      ? ['optax applies weight decay to the parameters only; the package divides the step by 1 + L x weight decay as well.']
      : []),
    'optax makes no step at all where the squared norm of the averaged gradient is at most the machine epsilon.',
  ];
}
