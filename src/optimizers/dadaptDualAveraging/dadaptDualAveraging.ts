/**
 * Dual averaging with D-Adaptation: the method of the theory, for convex problems. There its d never exceeds the 2-norm distance D = |x0 - x*|
 * from the start to a solution, and the loss of the average falls as fast as if D had been known.
 *
 * State: d (= d0), G2 = Q = W = 0, gamma; s = 0, x0 and the average xHat (= x0). L is the schedule: there is no learning rate.
 *   w = d L;  W <- W + w;  xHat <- xHat + (w / W) (x - xHat), the average of x_0 .. x_k, which is evaluated
 *   s <- s + w g;  G2 <- G2 + |g|^2;  Q <- Q + gamma w^2 |g|^2 with the old gamma;  gamma <- 1 / sqrt(G2)
 *   dHat = (gamma |s|^2 - Q) / (2 |s|) with the new gamma;  d <- max(d, dHat);  x <- x0 - gamma s
 *   if L = 0, or all gradients so far are zero: nothing happens
 *
 * The first step's old gamma is 1 / |g_0|, the value it has after that step too. The bound holds because gamma never grows: with convexity,
 *   0 <= sum w_k (f(x_k) - f*) <= sum w_k <g_k, x_k - x*> <= D |s| - gamma |s|^2 / 2 + Q / 2,
 * where the last step drops terms (gamma_{k+1} - gamma_k) |s_{k+1}|^2 / 2 <= 0. A smaller first gamma, such as 1 / G with a bound G on the
 * gradients, would make the first of them positive; a larger one would only loosen the estimate. With 1 / |g_0| the first dHat is 0.
 *
 * Paper: Defazio and Mishchenko, "Learning-Rate-Free Learning by D-Adaptation" (arXiv 2301.07733), Algorithm 1.
 * Implementation followed: none is published; the formulas are the paper's.
 * Deviations:
 * - The schedule, which Algorithm 1 does not have, multiplies the weight w of each gradient: the bound holds for any weights that are not negative.
 * - Where the first gradient is zero, Algorithm 1 stops at x0, which then is a solution; here such steps are skipped.
 *
 * The authors' blog post on the paper misprints the method: its step d_k / sqrt(sum |g_i|^2) contains d_k, although d_k^2 stands beside it in
 * the estimate, and its sums are of g_i instead of d_i g_i. That form does not keep its d in proportion when the problem and d0 are scaled.
 */
import { defineProgram } from '../../kernels/step-program.ts';
import { dadaptPaper, fromD0, initialDistance } from '../dadapt/dadapt.ts';
import type { OptimizerDefinition } from '../definition.ts';
import { estimateFindings } from '../estimate-findings.ts';
import wgsl from './dadaptDualAveraging.wgsl?raw';

export const dadaptDualAveragingProgram = defineProgram({
  id: 'dadaptDualAveraging',
  rowHyper: ['d0'],
  blockHyper: [],
  slots: { x0: 'params', s: 'zero', xHat: 'params' },
  scalars: {
    d: fromD0,
    dHat: fromD0,
    gamma: { init: () => 0 },
    s2: { init: () => 0 },
    G2: { init: () => 0 },
    Q: { init: () => 0 },
    W: { init: () => 0 },
  },
  segments: 'run',
  step({ x, g, L, slots, scalars, sum, constant }) {
    const { d } = scalars;
    const g2 = sum(g.square());
    const sumG2 = scalars.G2.add(g2);
    // Not `greater`: a sum that is not a number must reach the parameters, where it ends the run, instead of skipping for ever.
    const isMoving = L.greater(0);
    const isUpdated = sumG2.equal(0).logicalNot().logicalAnd(isMoving);
    const G2 = sumG2.where(isUpdated, scalars.G2);
    const gamma = constant(1)
      .div(G2.sqrt().where(isUpdated, constant(1)))
      .where(isUpdated, scalars.gamma);
    const gammaOld = gamma.where(scalars.G2.equal(0), scalars.gamma);

    const w = d.mul(L);
    const W = scalars.W.add(w).where(isUpdated, scalars.W);
    const share = w.div(W.where(isUpdated, constant(1)));
    const xHat = slots.xHat.add(x.sub(slots.xHat).mul(share)).where(isUpdated, slots.xHat);
    const s = slots.s.add(g.mul(w)).where(isMoving, slots.s);
    const Q = scalars.Q.add(gammaOld.mul(w.square()).mul(g2)).where(isUpdated, scalars.Q);
    const squared = sum(s.square());
    const s2 = squared.sqrt();
    const hasSum = s2.equal(0).logicalNot().logicalAnd(isUpdated);
    const dHat = gamma
      .mul(squared)
      .sub(Q)
      .div(s2.mul(2).where(hasSum, constant(1)))
      .where(hasSum, scalars.dHat);
    const xNew = slots.x0.sub(s.mul(gamma)).where(isUpdated, x);
    return {
      x: xNew,
      slots: { x0: slots.x0, s, xHat },
      scalars: { d: d.maximum(dHat), dHat, gamma, s2, G2, Q, W },
      skip: isUpdated.logicalNot(),
    };
  },
  evalPoint: ({ slots }) => slots.xHat,
  fused: {
    wgsl,
    sums: 2,
    gather: 'dadaptDualAveragingGather',
    decide: 'dadaptDualAveragingDecide',
    apply: 'dadaptDualAveragingApply',
    evalPoint: 'dadaptDualAveragingPoint',
  },
});

export const dadaptDualAveraging: OptimizerDefinition = {
  id: 'dadaptDualAveraging',
  label: 'D-Adapt dual averaging',
  family: 'free',
  kin: 'dAdaptation',
  paper: dadaptPaper('Algorithm 1, dual averaging', 'none published; the formulas of Algorithm 1'),
  deviations: [
    'The schedule, which Algorithm 1 does not have, multiplies the weight of each gradient; the estimate stays a lower bound.',
    'Where Algorithm 1 stops at a first gradient of zero, such steps are skipped.',
  ],
  hyper: { d0: initialDistance('2-norm') },
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults (d0 of the package)',
      source: 'Algorithm 1 leaves d0 open; 1e-6 is what the authors use in all optimizers of dadaptation 3.2.',
      hyper: { d0: 1e-6 },
    },
    {
      id: 'post',
      label: 'd0 of the post',
      source: "The d0 of 1e-8 in the authors' blog post on the paper.",
      hyper: { d0: 1e-8 },
    },
  ],
  traces: [
    {
      id: 'd',
      label: 'd',
      unit: 'parameter units',
      meaning:
        'The estimate in use. On a convex loss it is a lower bound of the 2-norm distance from the start to any solution; it never falls.',
      chart: 'distance',
    },
    {
      id: 'dHat',
      label: 'd hat',
      unit: 'parameter units',
      meaning: "This step's own bound; d is the largest so far. It may fall, also below zero, where it says nothing.",
      chart: 'state',
    },
    {
      id: 'gamma',
      label: 'gamma',
      unit: 'parameter units per loss unit',
      meaning: 'One over the root of the summed squared gradients: the parameters are x0 - gamma s.',
      chart: 'state',
    },
    {
      id: 'Q',
      label: 'Q',
      unit: 'loss units x parameter units',
      meaning: 'What the steps have cost, at most: the part of the bound that stands against the way gone.',
      chart: 'state',
    },
    {
      id: 's2',
      label: '|s|',
      unit: 'loss units',
      meaning: '2-norm of the weighted sum of gradients.',
      chart: 'state',
    },
  ],
  estimate: { kind: 'distance', trace: 'd', norm: '2-norm', isLowerBound: true },
  points: {
    gradient: 'x',
    evaluation: 'average of x, weighted by d',
    meaning: 'Gradients are taken at x = x0 - gamma s; the theory is about the average of these points, weighted by d x schedule.',
  },
  nominal: {
    label: 'd x schedule x gamma',
    unit: 'parameter units per unit of gradient',
    of: (scalars, L) => (scalars.d ?? Number.NaN) * (scalars.gamma ?? Number.NaN) * L,
  },
  diagnose: (input) => estimateFindings(input),
  program: dadaptDualAveragingProgram,
};
