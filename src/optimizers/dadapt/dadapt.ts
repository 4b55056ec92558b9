/**
 * What the D-Adaptation methods share: the paper, the form's fields, the traces of the estimate, and how d grows.
 *
 * Every form estimates the distance D from the start to a solution by d_hat = (how far the weighted gradients s agree with the way gone) / |s|,
 * with the norm dual to that of D: |s|_1 for the max-norm, |s|_2 for the 2-norm. d is the running maximum of d_hat and scales the step.
 */
import type { Algebra } from '../../kernels/algebra.ts';
import { type HyperValues, numberOf, type ScalarSpec } from '../../kernels/step-program.ts';
import { adamDerived } from '../adam-family.ts';
import type { Estimate, FlagHyper, NumberHyper, OptimizerDefinition, Trace } from '../definition.ts';
import { UNLIMITED_GROWTH } from '../prodigy/prodigy.ts';
import growthWgsl from './dadapt.wgsl?raw';

type Norm = Extract<Estimate, { readonly kind: 'distance' }>['norm'];

/** The package whose numbers the practical forms follow. */
export const PACKAGE = 'facebookresearch/dadaptation 3.2';

export function dadaptPaper(algorithm: string, implementation: string): OptimizerDefinition['paper'] {
  return {
    title: 'Learning-Rate-Free Learning by D-Adaptation',
    authors: 'Defazio, Mishchenko',
    year: 2023,
    arxiv: '2301.07733',
    algorithm,
    implementation,
  };
}

/** A scalar that starts at d0: d, and d hat, which is as large before there is an estimate. */
export const fromD0: ScalarSpec = { init: (hyper) => numberOf(hyper, 'd0') };

/** Constants of the forms that forget: 1 - beta, and the decay q of both sums of the estimate. */
export function forgetfulDerived(hyper: HyperValues): ReturnType<typeof adamDerived> & { readonly q: number; readonly oneMinusQ: number } {
  const q = Math.sqrt(numberOf(hyper, 'beta2'));
  return { ...adamDerived(hyper), q, oneMinusQ: 1 - q };
}

/** max(d, min(d_hat, d growthRate)): d never falls, and grows by at most the growth rate per step. */
export function grown<T extends Algebra<T>>(d: T, dHat: T, growthRate: T): T {
  return d.maximum(dHat.minimum(d.mul(growthRate)));
}

/** A program's WGSL behind the function that `grown` is here. */
export function withGrowth(wgsl: string): string {
  return `${growthWgsl}\n${wgsl}`;
}

export const multiplier: NumberHyper = {
  kind: 'number',
  label: 'Multiplier',
  value: 1,
  min: 1e-4,
  max: 100,
  scale: 'log',
  doc: 'Multiplies the step d, no unit. The method is meant to run at 1; the schedule multiplies it.',
};

export function initialDistance(norm: Norm): NumberHyper {
  return {
    kind: 'number',
    label: 'd0',
    value: 1e-6,
    min: 1e-12,
    max: 10,
    scale: 'log',
    doc: `Initial estimate of the ${norm} distance to a solution, in parameter units. It should be too small; the estimate only grows.`,
  };
}

export const growthRate: NumberHyper = {
  kind: 'number',
  label: 'Growth rate',
  value: UNLIMITED_GROWTH,
  min: 1,
  max: UNLIMITED_GROWTH,
  scale: 'log',
  doc: 'Largest factor by which d may grow in one step, no unit: values like 1.02 act as a warmup. 1e30 is no limit.',
};

export const momentum: NumberHyper = {
  kind: 'number',
  label: 'Momentum',
  value: 0,
  min: 0,
  max: 0.9999,
  scale: 'log1m',
  doc: 'Share of the old parameters that each step keeps, no unit: they are a running average of the points x0 - step. 0 is none.',
};

export const coupledDecay: NumberHyper = {
  kind: 'number',
  label: 'Weight decay',
  value: 0,
  min: 0,
  max: 10,
  scale: 'linear',
  doc: 'Coupled: this fraction of the parameters is added to the gradient, and so enters the estimate too.',
};

export const decoupledDecay: NumberHyper = {
  ...coupledDecay,
  doc: 'Decoupled: each step shrinks the parameters by d x multiplier x schedule x this fraction.',
};

export const eitherDecay: NumberHyper = {
  ...coupledDecay,
  doc: 'Coupled: this fraction of the parameters is added to the gradient. Decoupled: each step shrinks the parameters by d x multiplier x schedule x it.',
};

export const biasCorrection: FlagHyper = {
  kind: 'flag',
  label: 'Bias correction',
  value: false,
  doc: "Use Adam's bias correction in the step and in the estimate.",
};

/** Traces of an estimate that is no bound: d in use and the raw estimate of each step. */
export function estimateTraces(norm: Norm): readonly Trace[] {
  return [
    {
      id: 'd',
      label: 'd',
      unit: 'parameter units',
      meaning: `The estimate in use, of the ${norm} distance from the start to a solution. It never falls, and it may overshoot.`,
      chart: 'distance',
    },
    {
      id: 'dHat',
      label: 'd hat',
      unit: 'parameter units',
      meaning: "This step's raw estimate; d is its running maximum. It may fall, also below zero.",
      chart: 'state',
    },
  ];
}

/** The multiplier of forms whose step is d times multiplier and schedule. */
export function stepNominal(unit: string): OptimizerDefinition['nominal'] {
  return { label: 'd x multiplier', unit, of: (scalars, L) => (scalars.d ?? Number.NaN) * L };
}
