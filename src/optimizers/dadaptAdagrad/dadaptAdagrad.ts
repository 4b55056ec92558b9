/**
 * D-Adapt AdaGrad: dual-averaging AdaGrad whose step size is d, a growing estimate of the max-norm distance |x0 - x*| from the start to a solution.
 *
 * State: d (= d0), N = G = 0; A = 1e-6, s = 0 and x0; k = 0. L = lr x schedule.
 *   dlr = d L;  g <- g + weightDecay x;  A <- A + g^2;  s <- s + dlr g;  r = sqrt(A) + eps
 *   if |s|_1 = 0: return
 *   G <- G + dlr^2 sum(g^2 / r);  N = sum(s^2 / r) - G;  dHat = N / |s|_1;  d <- max(d, min(dHat, d growthRate));
 *   dHat and d stay as they are where L = 0
 *   x <- momentum x + (1 - momentum) (x0 - s / r)
 *
 * Paper: Defazio and Mishchenko, "Learning-Rate-Free Learning by D-Adaptation" (arXiv 2301.07733), the AdaGrad variant.
 * Implementation followed: facebookresearch/dadaptation 3.2, DAdaptAdaGrad, dense gradients, all options.
 * Deviations:
 * - N is the sum of its own changes, sum((2 dlr g s - s^2 g^2 / ((sqrt(A) + sqrt(A_old)) r_old)) / r) with the old s. The package subtracts two
 *   sums that are nearly equal as long as gradients do not agree, and keeps the first and |s|_1 by their changes: the same up to rounding.
 */
import { defineProgram, numberOf } from '../../kernels/step-program.ts';
import { eps } from '../adam-hyper.ts';
import {
  coupledDecay,
  dadaptPaper,
  estimateTraces,
  fromD0,
  grown,
  growthRate,
  initialDistance,
  momentum,
  multiplier,
  PACKAGE,
  stepNominal,
  withGrowth,
} from '../dadapt/dadapt.ts';
import type { OptimizerDefinition } from '../definition.ts';
import { estimateFindings } from '../estimate-findings.ts';
import { UNLIMITED_GROWTH } from '../prodigy/prodigy.ts';
import wgsl from './dadaptAdagrad.wgsl?raw';

/** Where the package lets the sums of squared gradients start. */
const A_INIT = 1e-6;

export const dadaptAdagradProgram = defineProgram({
  id: 'dadaptAdagrad',
  rowHyper: ['lr', 'momentum', 'eps', 'weightDecay', 'd0', 'growthRate'],
  blockHyper: [],
  slots: { x0: 'params', A: () => A_INIT, s: 'zero' },
  scalars: {
    d: fromD0,
    N: { init: () => 0 },
    G: { init: () => 0 },
    s1: { init: () => 0 },
    dHat: fromD0,
  },
  segments: 'run',
  derived: (hyper) => ({ oneMinusMomentum: 1 - numberOf(hyper, 'momentum') }),
  step({ x, g: gradient, L, hyper, derived, slots, scalars, sum, constant }) {
    const { d } = scalars;
    const dlr = d.mul(L);
    const g = gradient.add(x.mul(hyper.weightDecay));
    const A = slots.A.add(g.square());
    const s = slots.s.add(g.mul(dlr));
    const [root, rootOld] = [A.sqrt(), slots.A.sqrt()];
    const [r, rOld] = [root.add(hyper.eps), rootOld.add(hyper.eps)];
    const sum1 = sum(s.abs());
    const isUpdated = sum1.equal(0).logicalNot();
    const isEstimated = isUpdated.logicalAnd(L.greater(0));

    const squared = g.square();
    // The old s^2 counts less where A has grown: s^2 / r_old - s^2 / r without a difference of nearly equal roots.
    const lost = slots.s.square().mul(squared).div(root.add(rootOld)).div(rOld);
    const gained = g.mul(slots.s).mul(dlr.mul(2));
    const N = scalars.N.add(sum(gained.sub(lost).div(r))).where(isUpdated, scalars.N);
    const G = scalars.G.add(dlr.square().mul(sum(squared.div(r)))).where(isUpdated, scalars.G);
    const s1 = sum1.where(isUpdated, scalars.s1);
    const dHat = N.div(s1.where(isUpdated, constant(1))).where(isEstimated, scalars.dHat);
    const dNew = grown(d, dHat, hyper.growthRate).where(isEstimated, d);
    const z = slots.x0.sub(s.div(r));
    const xNew = x.mul(hyper.momentum).add(z.mul(derived.oneMinusMomentum)).where(isUpdated, x);
    return { x: xNew, slots: { x0: slots.x0, A, s }, scalars: { d: dNew, N, G, s1, dHat }, skip: isUpdated.logicalNot() };
  },
  fused: {
    wgsl: withGrowth(wgsl),
    sums: 3,
    gather: 'dadaptAdagradGather',
    decide: 'dadaptAdagradDecide',
    apply: 'dadaptAdagradApply',
  },
});

export const dadaptAdagrad: OptimizerDefinition = {
  id: 'dadaptAdagrad',
  label: 'D-Adapt AdaGrad',
  family: 'free',
  kin: 'dAdaptation',
  paper: dadaptPaper('AdaGrad variant', `${PACKAGE}, DAdaptAdaGrad`),
  deviations: [
    'The numerator is the sum of its own changes instead of the difference of two sums: the same up to rounding, without cancellation in float32.',
  ],
  hyper: {
    lr: multiplier,
    momentum,
    eps: { ...eps, value: 1e-6, doc: 'Added to the root of the sum of squared gradients, outside the root; in units of the gradient.' },
    weightDecay: coupledDecay,
    d0: initialDistance('max-norm'),
    growthRate,
  },
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults',
      source: 'Constructor defaults of DAdaptAdaGrad in dadaptation 3.2.',
      hyper: { lr: 1, momentum: 0, eps: 1e-6, weightDecay: 0, d0: 1e-6, growthRate: UNLIMITED_GROWTH },
    },
  ],
  traces: [
    ...estimateTraces('max-norm'),
    {
      id: 'N',
      label: 'Numerator',
      unit: 'loss units x parameter units',
      meaning: 'Sum of s^2 / r less the work done: how far the gradients agree with the way gone.',
      chart: 'state',
    },
    {
      id: 'G',
      label: 'Work done',
      unit: 'loss units x parameter units',
      meaning: 'Sum of step^2 x g^2 / r over all steps: what steps without any agreement would have made of sum s^2 / r.',
      chart: 'state',
    },
  ],
  estimate: { kind: 'distance', trace: 'd', norm: 'max-norm' },
  nominal: stepNominal('parameter units per normalised gradient'),
  diagnose: (input) => estimateFindings(input),
  program: dadaptAdagradProgram,
};
