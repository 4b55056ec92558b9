/**
 * D-Adapt Adam: Adam whose step size is d, a growing estimate of the max-norm distance |x0 - x*| from the start to a solution.
 *
 * State: d (= d0), N = 0; m, v, s, all starting at 0; k = 0. L = lr x schedule, q = sqrt(beta2).
 *   dlr = d L bc;  bc = sqrt(1 - beta2^(k+1)) / (1 - beta1^(k+1)) with bias correction, else 1;  g <- g + weightDecay x if coupled
 *   if L > 0:  A = dlr <g, s / (sqrt(v) + eps)> with the old s and v
 *              m <- beta1 m + (1 - beta1) dlr g;  v <- beta2 v + (1 - beta2) g^2;  s <- q s + (1 - q) dlr g
 *   if |s|_1 = 0 (or L = 0): return
 *   N <- q N + (1 - q) A;  dHat = N / ((1 - q) |s|_1);  d <- max(d, min(dHat, d growthRate))
 *   x <- x - dlr weightDecay x if decoupled;  x <- x - m / (sqrt(v) + eps): m already holds d and L, those of each gradient's own time
 *
 * Paper: Defazio and Mishchenko, "Learning-Rate-Free Learning by D-Adaptation" (arXiv 2301.07733), the Adam variant in its improved form.
 * Implementation followed: facebookresearch/dadaptation 3.2, DAdaptAdam, all options.
 * Deviations: none.
 */
import { defineProgram } from '../../kernels/step-program.ts';
import { adamBiasCorrections } from '../adam-family.ts';
import { beta1, beta2, eps } from '../adam-hyper.ts';
import {
  biasCorrection,
  dadaptPaper,
  eitherDecay,
  estimateTraces,
  forgetfulDerived,
  fromD0,
  grown,
  growthRate,
  initialDistance,
  multiplier,
  PACKAGE,
  stepNominal,
  withGrowth,
} from '../dadapt/dadapt.ts';
import type { OptimizerDefinition } from '../definition.ts';
import { estimateFindings } from '../estimate-findings.ts';
import { UNLIMITED_GROWTH } from '../prodigy/prodigy.ts';
import wgsl from './dadaptAdam.wgsl?raw';

export const dadaptAdamProgram = defineProgram({
  id: 'dadaptAdam',
  rowHyper: ['lr', 'beta1', 'beta2', 'eps', 'weightDecay', 'd0', 'growthRate'],
  blockHyper: ['decouple', 'useBiasCorrection'],
  slots: { m: 'zero', v: 'zero', s: 'zero' },
  scalars: {
    d: fromD0,
    N: { init: () => 0 },
    dHat: fromD0,
    s1: { init: () => 0 },
  },
  segments: 'run',
  derived: forgetfulDerived,
  table: (hyper, k) => {
    const { bc1, bc2 } = adamBiasCorrections(hyper, k);
    return { bc: Math.sqrt(bc2) / bc1 };
  },
  step({ x, g: gradient, L, hyper, derived, table, slots, scalars, option, sum, constant }) {
    const { d } = scalars;
    const g = option.decouple ? gradient : gradient.add(x.mul(hyper.weightDecay));
    const isMoving = L.greater(0);
    const dlr = option.useBiasCorrection ? d.mul(L).mul(table.bc) : d.mul(L);
    const A = dlr.mul(sum(g.mul(slots.s.div(slots.v.sqrt().add(hyper.eps)))));

    const dg = g.mul(dlr);
    const m = slots.m.mul(hyper.beta1).add(dg.mul(derived.oneMinusBeta1)).where(isMoving, slots.m);
    const v = slots.v.mul(hyper.beta2).add(g.square().mul(derived.oneMinusBeta2)).where(isMoving, slots.v);
    const s = slots.s.mul(derived.q).add(dg.mul(derived.oneMinusQ)).where(isMoving, slots.s);
    const sum1 = sum(s.abs());
    // Not `greater`: a sum that is not a number must reach the parameters, where it ends the run, instead of skipping for ever.
    const isUpdated = sum1.equal(0).logicalNot().logicalAnd(isMoving);
    const s1 = sum1.where(isUpdated, scalars.s1);

    const N = scalars.N.mul(derived.q).add(A.mul(derived.oneMinusQ)).where(isUpdated, scalars.N);
    const dHat = N.div(s1.where(isUpdated, constant(1)))
      .div(derived.oneMinusQ)
      .where(isUpdated, scalars.dHat);
    const dNew = grown(d, dHat, hyper.growthRate).where(isUpdated, d);

    const decayed = option.decouple ? x.sub(x.mul(hyper.weightDecay.mul(dlr))) : x;
    const xNew = decayed.sub(m.div(v.sqrt().add(hyper.eps))).where(isUpdated, x);
    return { x: xNew, slots: { m, v, s }, scalars: { d: dNew, N, dHat, s1 }, skip: isUpdated.logicalNot() };
  },
  fused: { wgsl: withGrowth(wgsl), sums: 2, gather: 'dadaptAdamGather', decide: 'dadaptAdamDecide', apply: 'dadaptAdamApply' },
});

export const dadaptAdam: OptimizerDefinition = {
  id: 'dadaptAdam',
  label: 'D-Adapt Adam',
  family: 'free',
  kin: 'dAdaptation',
  paper: dadaptPaper('Adam variant, improved form', `${PACKAGE}, DAdaptAdam`),
  deviations: [],
  hyper: {
    lr: multiplier,
    beta1,
    beta2,
    eps,
    weightDecay: eitherDecay,
    d0: initialDistance('max-norm'),
    growthRate,
    decouple: {
      kind: 'flag',
      label: 'Decoupled decay',
      value: false,
      doc: 'Apply weight decay to the parameters (as AdamW does) instead of the gradient. The package has it off by default.',
    },
    useBiasCorrection: biasCorrection,
  },
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults',
      source: 'Constructor defaults of DAdaptAdam in dadaptation 3.2.',
      hyper: {
        lr: 1,
        beta1: 0.9,
        beta2: 0.999,
        eps: 1e-8,
        weightDecay: 0,
        d0: 1e-6,
        growthRate: UNLIMITED_GROWTH,
        decouple: false,
        useBiasCorrection: false,
      },
    },
  ],
  traces: [
    ...estimateTraces('max-norm'),
    {
      id: 'N',
      label: 'Numerator',
      unit: 'loss units x parameter units',
      meaning: 'Decayed average of d x step x <g, s / root of v>: how far the gradients agree with those before them.',
      chart: 'state',
    },
    {
      id: 's1',
      label: '|s|',
      unit: 'loss units',
      meaning: '1-norm of the decayed average of weighted gradients, by which the numerator is divided.',
      chart: 'state',
    },
  ],
  estimate: { kind: 'distance', trace: 'd', norm: 'max-norm' },
  nominal: { ...stepNominal('parameter units per normalised gradient'), isAdamRate: true },
  diagnose: (input) => estimateFindings(input),
  program: dadaptAdamProgram,
};
