/**
 * D-Adapt Adan: Adan, which also averages differences of gradients, with the step size d, a growing estimate of the max-norm distance
 * |x0 - x*| from the start to a solution.
 *
 * State: d (= d0), G = 0; m = e = v = s = 0 and the previous gradient p; k = 0. L = lr x schedule.
 *   dlr = d L with the old d throughout;  D = g - p, 0 while k = 0
 *   m <- beta1 m + (1 - beta1) dlr g;  e <- beta2 e + (1 - beta2) dlr D;  v <- beta3 v + (1 - beta3) (g + beta2 D)^2;  r = sqrt(v) + eps
 *   s <- beta3 s + (1 - beta3) dlr g;  if |s|_1 = 0: return, k stays
 *   G <- beta3 G + (1 - beta3) dlr^2 sum(g^2 / r);  dHat = (sum(s^2 / r) / (1 - beta3) - G) / |s|_1;  d <- max(d, min(dHat, d growthRate));
 *   dHat and d stay as they are where L = 0
 *   x <- (x - (m + beta2 e) / r) / (1 + dlr weightDecay), or with noProx x <- (1 - dlr weightDecay) x - (m + beta2 e) / r
 *
 * Paper: Defazio and Mishchenko, "Learning-Rate-Free Learning by D-Adaptation" (arXiv 2301.07733) for the estimate;
 * Xie et al., "Adan: Adaptive Nesterov Momentum Algorithm for Faster Optimizing Deep Models" (arXiv 2208.06677) for Adan.
 * Implementation followed: facebookresearch/dadaptation 3.2, DAdaptAdan, all options.
 * Deviations: none.
 */
import { defineProgram, numberOf } from '../../kernels/step-program.ts';
import { adamDerived } from '../adam-family.ts';
import { beta1, beta2, eps } from '../adam-hyper.ts';
import {
  dadaptPaper,
  decoupledDecay,
  estimateTraces,
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
import wgsl from './dadaptAdan.wgsl?raw';

export const dadaptAdanProgram = defineProgram({
  id: 'dadaptAdan',
  rowHyper: ['lr', 'beta1', 'beta2', 'beta3', 'eps', 'weightDecay', 'd0', 'growthRate'],
  blockHyper: ['noProx'],
  slots: { m: 'zero', e: 'zero', v: 'zero', s: 'zero', p: 'zero' },
  scalars: {
    d: fromD0,
    G: { init: () => 0 },
    s1: { init: () => 0 },
    dHat: fromD0,
  },
  segments: 'run',
  derived: (hyper) => ({ ...adamDerived(hyper), oneMinusBeta3: 1 - numberOf(hyper, 'beta3') }),
  table: (_hyper, k) => ({ isFirst: k === 0 ? 1 : 0 }),
  step({ x, g, L, hyper, derived, table, slots, scalars, option, sum, constant }) {
    const { d } = scalars;
    const dlr = d.mul(L);
    const D = g.sub(g.where(table.isFirst.greater(0), slots.p));
    const m = slots.m.mul(hyper.beta1).add(g.mul(dlr).mul(derived.oneMinusBeta1));
    const e = slots.e.mul(hyper.beta2).add(D.mul(dlr).mul(derived.oneMinusBeta2));
    const v = slots.v.mul(hyper.beta3).add(g.add(D.mul(hyper.beta2)).square().mul(derived.oneMinusBeta3));
    const s = slots.s.mul(hyper.beta3).add(g.mul(dlr).mul(derived.oneMinusBeta3));
    const r = v.sqrt().add(hyper.eps);
    const sum1 = sum(s.abs());
    const isUpdated = sum1.equal(0).logicalNot();
    const isEstimated = isUpdated.logicalAnd(L.greater(0));

    const share = dlr
      .square()
      .mul(sum(g.square().div(r)))
      .mul(derived.oneMinusBeta3);
    const G = scalars.G.mul(hyper.beta3).add(share).where(isUpdated, scalars.G);
    const s1 = sum1.where(isUpdated, scalars.s1);
    const S = sum(s.square().div(r)).div(derived.oneMinusBeta3);
    const dHat = S.sub(G)
      .div(s1.where(isUpdated, constant(1)))
      .where(isEstimated, scalars.dHat);
    const dNew = grown(d, dHat, hyper.growthRate).where(isEstimated, d);

    const move = m.add(e.mul(hyper.beta2)).div(r);
    const decay = hyper.weightDecay.mul(dlr);
    const moved = option.noProx ? x.sub(x.mul(decay)).sub(move) : x.sub(move).div(decay.add(1));
    return {
      x: moved.where(isUpdated, x),
      slots: { m, e, v, s, p: g },
      scalars: { d: dNew, G, s1, dHat },
      skip: isUpdated.logicalNot(),
    };
  },
  fused: { wgsl: withGrowth(wgsl), sums: 3, gather: 'dadaptAdanGather', decide: 'dadaptAdanDecide', apply: 'dadaptAdanApply' },
});

export const dadaptAdan: OptimizerDefinition = {
  id: 'dadaptAdan',
  label: 'D-Adapt Adan',
  family: 'free',
  kin: 'dAdaptation',
  paper: dadaptPaper('D-Adaptation applied to Adan (arXiv 2208.06677)', `${PACKAGE}, DAdaptAdan`),
  deviations: [],
  hyper: {
    lr: multiplier,
    beta1: { ...beta1, value: 0.98 },
    beta2: { ...beta2, value: 0.92, doc: 'Decay of the running average of gradient differences, and their weight, per step, no unit.' },
    beta3: {
      ...beta2,
      label: 'beta3',
      value: 0.99,
      doc: 'Decay of the second moment and of the sums behind the estimate, per step, no unit.',
    },
    eps,
    weightDecay: {
      ...decoupledDecay,
      value: 0.02,
      doc: 'Each step divides the parameters by 1 + d x multiplier x schedule x this fraction. The package has 0.02 by default.',
    },
    d0: initialDistance('max-norm'),
    growthRate,
    noProx: {
      kind: 'flag',
      label: 'No prox',
      value: false,
      doc: 'Shrink the parameters before the step by a factor, as AdamW does, instead of dividing after it.',
    },
  },
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults',
      source: 'Constructor defaults of DAdaptAdan in dadaptation 3.2, whose weight decay is 0.02.',
      hyper: {
        lr: 1,
        beta1: 0.98,
        beta2: 0.92,
        beta3: 0.99,
        eps: 1e-8,
        weightDecay: 0.02,
        d0: 1e-6,
        growthRate: UNLIMITED_GROWTH,
        noProx: false,
      },
    },
  ],
  traces: [
    ...estimateTraces('max-norm'),
    {
      id: 'G',
      label: 'Work done',
      unit: 'loss units x parameter units',
      meaning: 'Decayed average of step^2 x g^2 / r: what the numerator loses. Only gradients that agree outweigh it.',
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
  program: dadaptAdanProgram,
};
