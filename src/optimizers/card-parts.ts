/** What the cards of several methods say in the same words: symbols, formulas and warnings. */
import { type HyperValues, numberOf } from '../kernels/step-program.ts';
import type { CardSymbol } from './card.ts';
import { floatOf, type PythonArgument, pythonCall, tupleOf } from './python.ts';

/** A symbol whose value is a hyperparameter. */
export function hyperSymbol(name: string, tex: string, meaning: string, unit: string, id = name): CardSymbol {
  return { id, tex, meaning, unit, value: { kind: 'hyper', name } };
}

/** A symbol whose value is a scalar of the program. */
export function scalarSymbol(name: string, tex: string, meaning: string, unit: string, id = name): CardSymbol {
  return { id, tex, meaning, unit, value: { kind: 'scalar', name } };
}

export const GRADIENT_UNIT = 'loss units per parameter unit';
export const ADAM_UPDATE_UNIT = 'parameter units per normalised gradient';

export const xSymbol: CardSymbol = { id: 'x', tex: 'x', meaning: 'Parameters.', unit: 'parameter units' };
export const gSymbol: CardSymbol = { id: 'g', tex: 'g', meaning: 'Gradient of the loss at x.', unit: GRADIENT_UNIT };

/** The gradient of a method whose weight decay is coupled. */
export const coupledGSymbol: CardSymbol = { ...gSymbol, meaning: 'Gradient of the loss at x, with the weight decay added to it.' };

/** Learning rate times schedule; without a unit of its own for methods that bring their own step size. */
export function LSymbol(unit: string): CardSymbol {
  return {
    id: 'L',
    tex: 'L',
    meaning: unit === 'no unit' ? 'Multiplier times schedule.' : 'Learning rate times schedule.',
    unit,
    value: { kind: 'L' },
  };
}

/** The schedule alone, for methods without a learning rate. */
export const multiplierSymbol: CardSymbol = {
  id: 'q',
  tex: 'q',
  meaning: 'Relative schedule, 1 at its peak.',
  unit: 'no unit',
  value: { kind: 'multiplier' },
};

export const mSymbol: CardSymbol = { id: 'm', tex: 'm', meaning: 'First moment: running average of gradients.', unit: GRADIENT_UNIT };
export const vSymbol: CardSymbol = {
  id: 'v',
  tex: 'v',
  meaning: 'Second moment: running average of squared gradients.',
  unit: 'squared units of the gradient',
};
export const beta1Symbol = hyperSymbol('beta1', '\\beta_1', 'Decay of the first moment.', 'no unit, per step');
export const beta2Symbol = hyperSymbol('beta2', '\\beta_2', 'Decay of the second moment.', 'no unit, per step');
export const epsSymbol = hyperSymbol('eps', '\\epsilon', 'Keeps the step from dividing by zero.', GRADIENT_UNIT);

export const decoupledDecaySymbol = hyperSymbol(
  'weightDecay',
  '\\lambda',
  'Weight decay, decoupled: acts on the parameters, scaled by the learning rate.',
  'no unit, per unit of L',
);
export const coupledDecaySymbol = hyperSymbol(
  'weightDecay',
  '\\lambda',
  'Weight decay, coupled: added to the gradient.',
  'loss units per squared parameter unit',
);

/** Both moments of the Adam family. */
export const momentLines = [
  '\\s{m}_{k+1} = \\s{beta1}\\, \\s{m}_k + (1 - \\s{beta1})\\, \\s{g}_k',
  '\\s{v}_{k+1} = \\s{beta2}\\, \\s{v}_k + (1 - \\s{beta2})\\, \\s{g}_k^2',
] as const;

/** The divisor of an Adam step, with its bias correction. */
export const ADAM_ROOT = '\\sqrt{\\s{v}_{k+1} / (1 - \\s{beta2}^{k+1})} + \\s{eps}';

export const coupledGradientLine = '\\s{g}_k = \\nabla f_k(\\s{x}_k) + \\s{weightDecay}\\, \\s{x}_k';

/** Symbols of the Adam family's formulas; with the sort of weight decay that the method has. */
export function adamSymbols(decay: 'coupled' | 'decoupled'): readonly CardSymbol[] {
  return [
    xSymbol,
    decay === 'coupled' ? coupledGSymbol : gSymbol,
    LSymbol(ADAM_UPDATE_UNIT),
    mSymbol,
    vSymbol,
    beta1Symbol,
    beta2Symbol,
    epsSymbol,
    decay === 'coupled' ? coupledDecaySymbol : decoupledDecaySymbol,
  ];
}

/** Where the optax versions of Prodigy and D-Adaptation differ, for the values of the options they leave out. */
export function optaxEstimateWarnings(hyper: HyperValues, unlimitedGrowth: number): readonly string[] {
  return [
    ...(hyper.useBiasCorrection === true ? [] : ['optax always corrects the bias of the moments; here the correction is off.']),
    ...(Number(hyper.growthRate ?? unlimitedGrowth) < unlimitedGrowth ? ['optax has no limit on the growth of d.'] : []),
    ...(hyper.decouple === false ? ['optax applies weight decay to the parameters only; here it is added to the gradient.'] : []),
    'optax divides 0 by 0 where gradients or the schedule are 0 from the first step on; Freestep skips such steps.',
  ];
}

/** The class of a PyTorch optimizer and its arguments besides the parameters; apart, so that a wrapper can take the class. */
export interface TorchCall {
  readonly name: string;
  arguments(hyper: HyperValues, lr: string): Readonly<Record<string, PythonArgument>>;
}

/** The expression that makes a PyTorch optimizer. */
export const constructTorch =
  (call: TorchCall) =>
  (hyper: HyperValues, lr: string): string =>
    pythonCall(call.name, ['model.parameters()'], call.arguments(hyper, lr));

/** An optax transformation with coupled weight decay before it, where there is any. */
export function optaxCoupled(hyper: HyperValues, transformation: string): string {
  if (numberOf(hyper, 'weightDecay') === 0) return transformation;
  return pythonCall('optax.chain', [pythonCall('optax.add_decayed_weights', [floatOf(hyper, 'weightDecay')], {}), transformation], {});
}

/** Arguments that the Adam-like classes of PyTorch share. */
export function adamTorchArguments(hyper: HyperValues, lr: string): Readonly<Record<string, PythonArgument>> {
  return { lr, betas: tupleOf(hyper, 'beta1', 'beta2'), eps: numberOf(hyper, 'eps'), weight_decay: numberOf(hyper, 'weightDecay') };
}

/** Arguments of optax's Adam-like functions besides learning rate and weight decay. */
export function optaxAdamArguments(hyper: HyperValues): Readonly<Record<string, PythonArgument>> {
  return { b1: numberOf(hyper, 'beta1'), b2: numberOf(hyper, 'beta2'), eps: numberOf(hyper, 'eps') };
}
