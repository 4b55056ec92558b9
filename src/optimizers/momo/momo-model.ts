/** What MoMo and MoMo-Adam share: a step size from a model of the loss along the averaged gradients. Formulas are in momo.ts. */
import type { Algebra } from '../../kernels/algebra.ts';
import { type HyperValues, numberOf } from '../../kernels/step-program.ts';
import type { HyperTable, OptimizerDefinition } from '../definition.ts';

/** A step size that stands for no limit, where the direction vanishes; finite, so that it can be kept and drawn. */
export const UNLIMITED_STEP = 1e30;

export const modelScalars = {
  F: { init: () => 0 },
  M: { init: () => 0 },
  drop: { init: () => 0 },
  D2: { init: () => 0 },
  cap: { init: () => 0 },
  t1: { init: () => 0 },
  tau: { init: () => 0 },
  lb: { init: (hyper: HyperValues) => numberOf(hyper, 'lb') },
} as const;

/** Weights of what was and of what comes in an average, and the sum of all its weights. */
export interface AverageWeights {
  readonly keep: number;
  readonly fresh: number;
  readonly rho: number;
}

/** An average that starts at zero. */
export function averageFromZero(beta: number, k: number): AverageWeights {
  return { keep: beta, fresh: 1 - beta, rho: 1 - beta ** (k + 1) };
}

/** An average that starts at its first value. */
export function averageFromFirst(beta: number, k: number): AverageWeights {
  return k === 0 ? { keep: 0, fresh: 1, rho: 1 } : { keep: beta, fresh: 1 - beta, rho: 1 };
}

/** All (R, 1). */
export interface ModelInput<T> {
  readonly loss: T;
  /** <D, x>, with this step's D and the parameters before the step */
  readonly Dx: T;
  /** |D|^2 in the method's norm */
  readonly D2: T;
  readonly L: T;
  readonly hyper: { readonly weightDecay: T; readonly lb: T };
  readonly table: { readonly keep: T; readonly fresh: T; readonly rho: T };
  readonly scalars: { readonly F: T; readonly M: T; readonly drop: T; readonly lb: T };
  readonly useFstar: boolean;
  /** Whether weight decay divides the moved parameters, rather than shrinking them before the step. */
  readonly divides: boolean;
  constant(value: number): T;
}

/** The new scalars, of which tau is the step size; and p, what weight decay divides the parameters by. */
export function modelStep<T extends Algebra<T>>(input: ModelInput<T>) {
  const { loss, Dx, D2, L, hyper, table, scalars, useFstar, divides, constant } = input;
  const { keep, fresh, rho } = table;
  const F = scalars.F.mul(keep).add(loss.mul(fresh));
  // The model at the parameters that the last step has left.
  const M = scalars.M.sub(scalars.drop).mul(keep).add(loss.mul(fresh));
  const decay = L.mul(hyper.weightDecay);
  const p = decay.add(1);
  const pull = decay.mul(Dx);
  // A bound above this leaves no step; an estimate that has come above it starts again at half of it.
  const most = p.mul(M).sub(pull).div(p.mul(rho));
  const lb = useFstar ? most.mul(0.5).maximum(hyper.lb).where(scalars.lb.greater(most), scalars.lb) : scalars.lb;

  const gap = p
    .mul(M.sub(rho.mul(lb)))
    .sub(pull)
    .maximum(0);
  const isLimited = D2.greater(gap.div(UNLIMITED_STEP));
  const t1 = gap.div(D2.where(isLimited, constant(1))).where(isLimited, constant(UNLIMITED_STEP));
  const cap = L.div(rho);
  const tau = cap.minimum(t1);
  const estimate = M.sub(tau.mul(D2).mul(0.5)).div(rho).maximum(hyper.lb);
  const undivided = tau.mul(D2).add(pull);
  const drop = divides ? undivided.div(p) : undivided;
  return { p, scalars: { F, M, drop, D2, cap, t1, tau, lb: useFstar ? estimate : lb } };
}

export const modelHyper = {
  weightDecay: {
    kind: 'number',
    label: 'Weight decay',
    value: 0,
    min: 0,
    max: 10,
    scale: 'linear',
    doc: 'Each step divides the parameters by 1 + cap x schedule x this fraction. The model of the loss takes it into account.',
  },
  lb: {
    kind: 'number',
    label: 'Lower bound',
    value: 0,
    min: -100,
    max: 100,
    scale: 'linear',
    doc: 'A value that the loss does not fall below, in loss units: the nearer to the lowest loss, the better the steps.',
  },
  useFstar: {
    kind: 'flag',
    label: 'Adapt lower bound',
    value: false,
    doc: 'Estimate the lower bound while training (use_fstar), from the given one upwards.',
  },
} as const satisfies HyperTable;

/** The authors' advice, the same for both. */
export const unknownBoundPreset = {
  id: 'unknownBound',
  label: 'Unknown lower bound',
  source: "The authors' README: use_fstar where the lower bound of the loss cannot be estimated before training.",
  hyper: { useFstar: true },
} as const;

export function modelTraces(stepUnit: string): OptimizerDefinition['traces'] {
  return [
    {
      id: 'tau',
      label: 'tau',
      unit: stepUnit,
      meaning: 'The step size: the step that the model of the loss asks for, but at most the cap.',
      chart: 'state',
    },
    {
      id: 'cap',
      label: 'Cap',
      unit: stepUnit,
      meaning: 'Learning rate cap x schedule, over the sum of the weights of the averages where they start at zero.',
      chart: 'state',
    },
    {
      id: 't1',
      label: 'Model step',
      unit: stepUnit,
      meaning:
        'The step that takes the model of the loss down to the lower bound: 0 where the model is below it already, 1e30 where there is no direction.',
      chart: 'state',
    },
    {
      id: 'M',
      label: 'Model',
      unit: 'loss units',
      meaning:
        'What the model of the loss says of the parameters before the step: the average of the tangents of all steps so far, the last one exact.',
      chart: 'state',
    },
    {
      id: 'F',
      label: 'Averaged loss',
      unit: 'loss units',
      meaning: 'Running average of the losses of the batches, each at the parameters of its time.',
      chart: 'state',
    },
    {
      id: 'lb',
      label: 'Lower bound',
      unit: 'loss units',
      meaning: 'The lower bound of the loss in use: the given one, or its estimate.',
      chart: 'state',
    },
  ];
}

export const modelPaper = {
  title: 'MoMo: Momentum Models for Adaptive Learning Rates',
  authors: 'Schaipp, Ohana, Eickenberg, Defazio, Gower',
  year: 2023,
  arxiv: '2305.07583',
} as const;

export const modelEstimate = {
  kind: 'none',
  why: 'It estimates no distance: the step follows from the loss, a lower bound of it, and the averaged gradients.',
} as const;

export const modelDeviations = [
  "The model's value is carried from step to step, instead of being put together from averages of losses, gradients and inner products: the same number, kept exact in float32.",
  'Where the averaged gradient is zero, the package divides by zero and takes the cap for its step, which moves nothing; the result is the same here, and the model step is kept as 1e30.',
] as const;
