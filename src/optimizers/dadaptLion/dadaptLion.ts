/**
 * D-Adapt Lion: steps of one size along the sign of an averaged gradient, the size being d, a growing estimate of the max-norm distance
 * |x0 - x*| from the start to a solution.
 *
 * State: d (= d0), N = 0; m = s = 0; k = 0. L = lr x schedule, q = sqrt(beta2). One step, with the old d throughout:
 *   dlr = d L;  u = sign(beta1 m + (1 - beta1) g): m carries the d and L of its time, g does not
 *   x <- x (1 - dlr weightDecay) - dlr u;  m <- beta2 m + (1 - beta2) dlr g;  A = dlr <u, s> with the old s;  s <- q s + (1 - q) dlr u
 *   if |s|_1 = 0: return
 *   N <- q N + (1 - q) A;  dHat = N / ((1 - q) |s|_1);  d <- max(d, dHat)
 *
 * Paper: Defazio and Mishchenko, "Learning-Rate-Free Learning by D-Adaptation" (arXiv 2301.07733) for the estimate;
 * Chen et al., "Symbolic Discovery of Optimization Algorithms" (arXiv 2302.06675) for Lion.
 * Implementation followed: facebookresearch/dadaptation 3.2, DAdaptLion, all options.
 * Deviations: none.
 */
import { defineProgram } from '../../kernels/step-program.ts';
import { beta1, beta2 } from '../adam-hyper.ts';
import {
  dadaptPaper,
  decoupledDecay,
  estimateTraces,
  forgetfulDerived,
  fromD0,
  initialDistance,
  multiplier,
  PACKAGE,
  stepNominal,
} from '../dadapt/dadapt.ts';
import type { OptimizerDefinition } from '../definition.ts';
import { estimateFindings } from '../estimate-findings.ts';
import wgsl from './dadaptLion.wgsl?raw';

export const dadaptLionProgram = defineProgram({
  id: 'dadaptLion',
  rowHyper: ['lr', 'beta1', 'beta2', 'weightDecay', 'd0'],
  blockHyper: [],
  slots: { m: 'zero', s: 'zero' },
  scalars: {
    d: fromD0,
    N: { init: () => 0 },
    dHat: fromD0,
    s1: { init: () => 0 },
  },
  segments: 'run',
  derived: forgetfulDerived,
  step({ x, g, L, hyper, derived, slots, scalars, sum, constant }) {
    const { d } = scalars;
    const dlr = d.mul(L);
    const u = slots.m.mul(hyper.beta1).add(g.mul(derived.oneMinusBeta1)).sign();
    const du = u.mul(dlr);
    const xNew = x.sub(x.mul(hyper.weightDecay.mul(dlr))).sub(du);
    const m = slots.m.mul(hyper.beta2).add(g.mul(dlr).mul(derived.oneMinusBeta2));
    const A = sum(du.mul(slots.s));
    const s = slots.s.mul(derived.q).add(du.mul(derived.oneMinusQ));
    const sum1 = sum(s.abs());
    const isUpdated = sum1.equal(0).logicalNot();
    const s1 = sum1.where(isUpdated, scalars.s1);
    const N = scalars.N.mul(derived.q).add(A.mul(derived.oneMinusQ)).where(isUpdated, scalars.N);
    const dHat = N.div(s1.where(isUpdated, constant(1)))
      .div(derived.oneMinusQ)
      .where(isUpdated, scalars.dHat);
    const dNew = d.maximum(dHat).where(isUpdated, d);
    return { x: xNew, slots: { m, s }, scalars: { d: dNew, N, dHat, s1 }, skip: isUpdated.logicalNot() };
  },
  fused: { wgsl, sums: 2, gather: 'dadaptLionGather', decide: 'dadaptLionDecide', apply: 'dadaptLionApply' },
});

export const dadaptLion: OptimizerDefinition = {
  id: 'dadaptLion',
  label: 'D-Adapt Lion',
  family: 'free',
  kin: 'dAdaptation',
  paper: dadaptPaper('D-Adaptation applied to Lion (arXiv 2302.06675)', `${PACKAGE}, DAdaptLion`),
  deviations: [],
  hyper: {
    lr: multiplier,
    beta1: { ...beta1, doc: 'Weight of the running average beside the gradient in the direction of the step, no unit.' },
    beta2: {
      ...beta2,
      value: 0.99,
      doc: 'Decay of the running average of gradients, per step, no unit; its root is that of the estimate.',
    },
    weightDecay: decoupledDecay,
    d0: initialDistance('max-norm'),
  },
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults',
      source: 'Constructor defaults of DAdaptLion in dadaptation 3.2.',
      hyper: { lr: 1, beta1: 0.9, beta2: 0.99, weightDecay: 0, d0: 1e-6 },
    },
  ],
  traces: [
    ...estimateTraces('max-norm'),
    {
      id: 'N',
      label: 'Numerator',
      unit: 'squared parameter units',
      meaning: 'Decayed average of step x <u, s>: how far the signs agree with those before them.',
      chart: 'state',
    },
    {
      id: 's1',
      label: '|s|',
      unit: 'parameter units',
      meaning: '1-norm of the decayed average of steps, by which the numerator is divided.',
      chart: 'state',
    },
  ],
  estimate: { kind: 'distance', trace: 'd', norm: 'max-norm' },
  nominal: stepNominal('parameter units per sign'),
  diagnose: (input) => estimateFindings(input),
  program: dadaptLionProgram,
};
