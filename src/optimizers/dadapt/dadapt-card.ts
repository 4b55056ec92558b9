/** What the cards of the D-Adaptation methods say in the same words. */
import { type HyperValues, numberOf } from '../../kernels/step-program.ts';
import type { CardSymbol, PythonSnippet } from '../card.ts';
import { hyperSymbol, scalarSymbol } from '../card-parts.ts';
import { type PythonArgument, pythonCall } from '../python.ts';

/** The estimate and its start. */
export function estimateSymbols(norm: 'max-norm' | '2-norm'): readonly CardSymbol[] {
  return [
    scalarSymbol('d', 'd', `Estimate of the ${norm} distance from the start to a solution.`, 'parameter units'),
    scalarSymbol('dHat', '\\hat d', "This step's raw estimate.", 'parameter units'),
    hyperSymbol('d0', 'd_{\\mathrm{init}}', 'd0: the estimate to start from, below the distance.', 'parameter units'),
  ];
}

export const growthSymbol = hyperSymbol('growthRate', '\\rho', 'Largest factor by which d may grow in one step.', 'no unit');

/** d as the running maximum of the raw estimate, its growth limited. */
export const growthLine =
  '\\s{d}_0 = \\s{d0}, \\qquad \\s{d}_{k+1} = \\max\\bigl(\\s{d}_k,\\ \\min(\\s{dHat}_{k+1},\\ \\s{growthRate}\\, \\s{d}_k)\\bigr)';

export function stepSymbol(unit: string): CardSymbol {
  return { id: 'step', tex: '\\eta', meaning: 'Step size: the estimate times multiplier and schedule.', unit };
}

/** Where every step is d times multiplier and schedule. */
export const stepLine = '\\s{step}_k = \\s{d}_k\\, \\s{L}_k';

/** Decay of s and N in the exponential forms. */
export const qSymbol: CardSymbol = { id: 'q', tex: 'q', meaning: 'Decay of both sums of the estimate.', unit: 'no unit, per step' };
export const qLine = '\\s{q} = \\sqrt{\\s{beta2}}';

export const momentumSymbol = hyperSymbol('momentum', '\\mu', 'Share of the old parameters that is kept.', 'no unit, per step');

/** An optimizer of the authors' package. */
export function dadaptTorch(name: string, keywords: (hyper: HyperValues) => Readonly<Record<string, PythonArgument>>): PythonSnippet {
  return {
    packages: ['dadaptation==3.2'],
    imports: [`from dadaptation import ${name}`],
    construct: (hyper, lr) =>
      pythonCall(name, ['model.parameters()'], {
        lr,
        ...keywords(hyper),
        weight_decay: numberOf(hyper, 'weightDecay'),
        d0: numberOf(hyper, 'd0'),
      }),
    warnings: () => [],
  };
}

export function noOptax(method: string): { readonly missing: string } {
  return { missing: `optax has no D-Adaptation of ${method}, only of AdamW (optax.contrib.dadapt_adamw).` };
}
