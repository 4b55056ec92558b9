/**
 * Prodigy: Adam whose step size is d, a growing estimate of the max-norm distance |x0 - x*| from the start to a solution.
 *
 * State: d (= d0), dMax (= d0), N; m, v, s and the displacement p = x0 - x, all starting at 0; k = 0. L = lr x schedule.
 *   dlr = d L bc;  bc = sqrt(1 - beta2^(k+1)) / (1 - beta1^(k+1)) with bias correction, else 1
 *   if L > 0:  m <- beta1 m + (1 - beta1) d g;  v <- beta2 v + (1 - beta2) d^2 g^2;  s <- beta3 s + (d/d0) c g
 *              c = dlr, or d under safeguardWarmup;  delta = d dlr <g, x0 - x>;  den = |s|_1
 *   if den = 0 (or L = 0): return
 *   N <- beta3 N + delta;  dHat = dCoef N / (d0 den);  d <- max(d, dHat) while d = d0;  dMax <- max(dMax, dHat);  d <- min(dMax, d growthRate)
 *   x <- x - dlr (weightDecay x + m / (sqrt(v) + dNew eps)): the old d in dlr, the new d beside eps
 *
 * Paper: Mishchenko and Defazio, "Prodigy: An Expeditiously Adaptive Parameter-Free Learner" (arXiv 2306.06101), the Adam version.
 * Implementation followed: konstmish/prodigy (prodigyopt) 1.1.2, all options.
 * Deviations:
 * - The numerator N is kept without the package's factor 1/d0, as in the paper: with it, N may overflow float32.
 * - The displacement x0 - x is a buffer of its own: in float32 the difference of two nearby vectors would put d off by about 1 %.
 */
import { defineProgram, type HyperValues, numberOf } from '../../kernels/step-program.ts';
import { beta1, beta2 } from '../adam-hyper.ts';
import type { OptimizerDefinition } from '../definition.ts';
import { diagnoseProdigy } from './diagnose.ts';
import wgsl from './prodigy.wgsl?raw';

/** A growth rate from which on there is no limit in practice; finite, so that it survives JSON and float32 arithmetic. */
export const UNLIMITED_GROWTH = 1e30;

export const prodigyProgram = defineProgram({
  id: 'prodigy',
  rowHyper: ['lr', 'beta1', 'beta2', 'beta3', 'eps', 'weightDecay', 'd0', 'dCoef', 'growthRate'],
  blockHyper: ['decouple', 'useBiasCorrection', 'safeguardWarmup', 'sliceP'],
  slots: { p: 'zero', m: 'zero', v: 'zero', s: 'zero' },
  scalars: {
    d: { init: (hyper) => numberOf(hyper, 'd0') },
    dMax: { init: (hyper) => numberOf(hyper, 'd0') },
    N: { init: () => 0 },
    dHat: { init: (hyper) => numberOf(hyper, 'd0') },
    den: { init: () => 0 },
  },
  segments: 'run',
  derived: (hyper) => ({
    oneMinusBeta1: 1 - numberOf(hyper, 'beta1'),
    oneMinusBeta2: 1 - numberOf(hyper, 'beta2'),
    beta3Used: beta3Used(hyper),
  }),
  table: (hyper, k) => ({
    bc: Math.sqrt(1 - numberOf(hyper, 'beta2') ** (k + 1)) / (1 - numberOf(hyper, 'beta1') ** (k + 1)),
  }),
  step({ x, g: gradient, L, hyper, derived, table, slots, scalars, option, sum, everyNth, constant }) {
    const { d } = scalars;
    const g = option.decouple ? gradient : gradient.add(x.mul(hyper.weightDecay));
    const isMoving = L.greater(0);
    const dlr = option.useBiasCorrection ? d.mul(L).mul(table.bc) : d.mul(L);
    const scale = d.div(hyper.d0);
    const sliceP = Number(option.sliceP);
    const sampled = sliceP === 1 ? g : everyNth(g, sliceP);

    const dg = g.mul(d);
    const m = slots.m.mul(hyper.beta1).add(dg.mul(derived.oneMinusBeta1)).where(isMoving, slots.m);
    const v = slots.v.mul(hyper.beta2).add(dg.square().mul(derived.oneMinusBeta2)).where(isMoving, slots.v);
    const c = option.safeguardWarmup ? d : dlr;
    const s = slots.s
      .mul(derived.beta3Used)
      .add(sampled.mul(scale.mul(c)))
      .where(isMoving, slots.s);
    const sum1 = sum(s.abs());
    // Not `greater`: a sum that is not a number must reach the parameters, where it ends the run, instead of skipping for ever.
    const isUpdated = sum1.equal(0).logicalNot().logicalAnd(isMoving);
    const den = sum1.where(isUpdated, scalars.den);

    const delta = d.mul(dlr).mul(sum(sampled.mul(slots.p)));
    const N = scalars.N.mul(derived.beta3Used).add(delta).where(isUpdated, scalars.N);
    const dHat = N.mul(hyper.dCoef)
      .div(den.mul(hyper.d0).where(isUpdated, constant(1)))
      .where(isUpdated, scalars.dHat);
    const dStart = d.maximum(dHat).where(d.equal(hyper.d0), d);
    const dMax = scalars.dMax.maximum(dHat).where(isUpdated, scalars.dMax);
    const dNew = dMax.minimum(dStart.mul(hyper.growthRate)).where(isUpdated, d);

    // Without a first moment the package scales the gradient by the new d.
    const numerator = g.mul(dNew).where(hyper.beta1.equal(0), m);
    const adam = numerator.div(v.sqrt().add(dNew.mul(hyper.eps)));
    const decay = x.mul(hyper.weightDecay.mul(dlr));
    const move = adam.mul(dlr);
    const displacement = option.decouple ? decay.add(move) : move;
    const decayed = option.decouple ? x.sub(decay) : x;
    const p = slots.p.add(displacement).where(isUpdated, slots.p);
    const xNew = decayed.sub(move).where(isUpdated, x);
    return { x: xNew, slots: { p, m, v, s }, scalars: { d: dNew, dMax, N, dHat, den }, skip: isUpdated.logicalNot() };
  },
  recompute: ({ x, x0 }) => ({ p: x0.sub(x) }),
  fused: { wgsl, sums: 2, gather: 'prodigyGather', decide: 'prodigyDecide', apply: 'prodigyApply' },
});

/** beta3 as it is used: sqrt(beta2) when the hyperparameter is 0 (automatic). */
function beta3Used(hyper: HyperValues): number {
  const beta3 = numberOf(hyper, 'beta3');
  return beta3 === 0 ? Math.sqrt(numberOf(hyper, 'beta2')) : beta3;
}

export const prodigy: OptimizerDefinition = {
  id: 'prodigy',
  label: 'Prodigy',
  family: 'free',
  kin: 'dAdaptation',
  paper: {
    title: 'Prodigy: An Expeditiously Adaptive Parameter-Free Learner',
    authors: 'Mishchenko, Defazio',
    year: 2023,
    arxiv: '2306.06101',
    algorithm: 'Adam version',
    implementation: 'konstmish/prodigy (prodigyopt) 1.1.2',
  },
  deviations: [
    'The displacement x0 - x is a buffer of its own, which keeps the early estimate exact in float32.',
    'The numerator is kept without the factor 1/d0, as in the paper, so that it does not overflow float32; the estimate is the same.',
  ],
  hyper: {
    lr: {
      kind: 'number',
      label: 'Multiplier',
      value: 1,
      min: 1e-4,
      max: 100,
      scale: 'log',
      doc: 'Multiplies the step d, no unit. The method is meant to run at 1; the schedule multiplies it.',
    },
    beta1,
    beta2,
    beta3: {
      kind: 'number',
      label: 'beta3',
      value: 0,
      min: 0,
      max: 0.999999,
      scale: 'log1m',
      doc: 'Decay of the two sums behind the estimate, per step, no unit. 0 means automatic: the square root of beta2.',
    },
    eps: {
      kind: 'number',
      label: 'eps',
      value: 1e-8,
      min: 1e-16,
      max: 1,
      scale: 'log',
      doc: 'Times d, added to the root of the second moment, outside the root; in units of the gradient.',
    },
    weightDecay: {
      kind: 'number',
      label: 'Weight decay',
      value: 0,
      min: 0,
      max: 10,
      scale: 'linear',
      doc: 'Decoupled: each step shrinks the parameters by d x multiplier x schedule x this fraction. Coupled: added to the gradient.',
    },
    d0: {
      kind: 'number',
      label: 'd0',
      value: 1e-6,
      min: 1e-12,
      max: 10,
      scale: 'log',
      doc: 'Initial estimate of the max-norm distance to a solution, in parameter units. It should be too small; the estimate only grows.',
    },
    dCoef: {
      kind: 'number',
      label: 'd coefficient',
      value: 1,
      min: 0.01,
      max: 100,
      scale: 'log',
      doc: 'Multiplies each new estimate, no unit: 0.5 halves and 2 doubles the d that comes out.',
    },
    growthRate: {
      kind: 'number',
      label: 'Growth rate',
      value: UNLIMITED_GROWTH,
      min: 1,
      max: UNLIMITED_GROWTH,
      scale: 'log',
      doc: 'Largest factor by which d may grow in one step, no unit; the first move away from d0 is free. 1e30 is no limit.',
    },
    decouple: {
      kind: 'flag',
      label: 'Decoupled decay',
      value: true,
      doc: 'Apply weight decay to the parameters (as AdamW does) instead of the gradient.',
    },
    useBiasCorrection: {
      kind: 'flag',
      label: 'Bias correction',
      value: false,
      doc: "Use Adam's bias correction in the step and in the estimate.",
    },
    safeguardWarmup: {
      kind: 'flag',
      label: 'Safeguard warmup',
      value: false,
      doc: 'Leave the schedule out of the denominator of the estimate, so that warmup does not inflate d.',
    },
    sliceP: {
      kind: 'integer',
      label: 'Slice p',
      value: 1,
      min: 1,
      max: 1000,
      doc: 'Estimate d from every p-th entry of each tensor only. 1 uses all of them.',
    },
  },
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults',
      source: 'Constructor defaults of prodigyopt 1.1.2.',
      hyper: {
        lr: 1,
        beta1: 0.9,
        beta2: 0.999,
        beta3: 0,
        eps: 1e-8,
        weightDecay: 0,
        d0: 1e-6,
        dCoef: 1,
        growthRate: UNLIMITED_GROWTH,
        decouple: true,
        useBiasCorrection: false,
        safeguardWarmup: false,
        sliceP: 1,
      },
    },
    {
      id: 'warmup',
      label: 'With warmup',
      source: "The authors' README: with a warmup schedule, set safeguard_warmup.",
      hyper: { safeguardWarmup: true },
    },
  ],
  traces: [
    {
      id: 'd',
      label: 'd',
      unit: 'parameter units',
      meaning: 'The estimate in use, of the max-norm distance from the start to a solution. It never falls, and it may overshoot.',
      chart: 'distance',
    },
    {
      id: 'dHat',
      label: 'd hat',
      unit: 'parameter units',
      meaning: "This step's raw estimate; d follows its running maximum. It may fall, also below zero.",
      chart: 'state',
    },
    {
      id: 'dMax',
      label: 'd max',
      unit: 'parameter units',
      meaning: 'Largest raw estimate so far; d climbs towards it, at once unless the growth rate limits it.',
      chart: 'state',
    },
    {
      id: 'N',
      label: 'Numerator',
      unit: 'loss units x squared parameter units',
      meaning: 'Decayed sum of d x step x <g, x0 - x>: how far the gradients agree with the way gone.',
      chart: 'state',
    },
    {
      id: 'den',
      label: 'Denominator',
      unit: 'loss units per parameter unit',
      meaning: '1-norm of the decayed sum of weighted gradients, by which the numerator is divided.',
      chart: 'state',
    },
  ],
  estimate: { kind: 'distance', trace: 'd', norm: 'max-norm' },
  nominal: {
    label: 'd x multiplier',
    unit: 'parameter units per normalised gradient',
    isAdamRate: true,
    of: (scalars, L) => (scalars.d ?? Number.NaN) * L,
  },
  diagnose: diagnoseProdigy,
  program: prodigyProgram,
};
