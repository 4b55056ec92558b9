/** What the cards of the coin-betting methods share. */
import { type HyperValues, numberOf } from '../kernels/step-program.ts';
import type { CardSymbol, PythonSnippet } from './card.ts';
import { GRADIENT_UNIT, hyperSymbol } from './card-parts.ts';
import { type PythonArgument, pythonCall } from './python.ts';

export const scheduledGradientLine = '\\s{g}_k = \\s{q}_k\\, (\\nabla f_k(\\s{x}_k) + \\s{weightDecay}\\, \\s{x}_k)';

export const scheduledGSymbol: CardSymbol = {
  id: 'g',
  tex: 'g',
  meaning: 'Gradient with weight decay, times the schedule: the schedule scales the gradient, not the step.',
  unit: GRADIENT_UNIT,
};

export const thetaSymbol: CardSymbol = {
  id: 'theta',
  tex: '\\theta',
  meaning: 'Sum of the negative gradients: the direction of the bet.',
  unit: GRADIENT_UNIT,
};

export const initialWealthSymbol = hyperSymbol('w', 'w', 'Initial wealth.', 'loss units');

export const NO_OPTAX_KT = { missing: 'optax has no KT bettor; of the coin-betting methods it has COCOB, optax.contrib.cocob.' } as const;

/** A class of the parameterfree package with its arguments. Its schedule is set on the learning rate of 1 that its groups have. */
export function bettingTorch(
  importLine: string,
  name: string,
  own: (hyper: HyperValues) => Readonly<Record<string, PythonArgument>>,
): PythonSnippet {
  return {
    packages: ['git+https://github.com/bremen79/parameterfree@8e130f23a9f3d88be5815fd96699f8db8cd2dff2'],
    imports: [importLine],
    construct: (hyper) => pythonCall(name, ['model.parameters()'], { ...own(hyper), weight_decay: numberOf(hyper, 'weightDecay') }),
    warnings: () => [],
  };
}
