/**
 * D-Adapt SGD: SGD with the fixed step d / |g0|, where d is a growing estimate of the 2-norm distance |x0 - x*| and g0 the first gradient.
 *
 * State: d (= d0), N = 0, g0Norm; s = 0 and x0; k = 0. L = lr x schedule.
 *   g0Norm = |g| on the first step, before weight decay is added;  dlr = d L / g0Norm;  g <- g + weightDecay x
 *   N <- N + dlr <g, s> with the old s;  s <- s + dlr g;  dHat = 2 N / |s|;  d <- max(d, min(dHat, d growthRate))
 *   x <- momentum x + (1 - momentum) (x0 - s): the new d acts from the next step on
 *
 * Paper: Defazio and Mishchenko, "Learning-Rate-Free Learning by D-Adaptation" (arXiv 2301.07733), the SGD variant in its improved form.
 * Implementation followed: facebookresearch/dadaptation 3.2, DAdaptSGD, all options.
 * Deviations:
 * - The package raises ZeroDivisionError where the first gradient or the first learning rate is zero; here the run ends and says so.
 */
import { defineProgram, numberOf } from '../../kernels/step-program.ts';
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
  withGrowth,
} from '../dadapt/dadapt.ts';
import type { OptimizerDefinition } from '../definition.ts';
import { UNLIMITED_GROWTH } from '../prodigy/prodigy.ts';
import wgsl from './dadaptSgd.wgsl?raw';
import { diagnoseDadaptSgd } from './diagnose.ts';

export const dadaptSgdProgram = defineProgram({
  id: 'dadaptSgd',
  rowHyper: ['lr', 'momentum', 'weightDecay', 'd0', 'growthRate'],
  blockHyper: [],
  slots: { x0: 'params', s: 'zero' },
  scalars: {
    d: fromD0,
    N: { init: () => 0 },
    dHat: fromD0,
    s2: { init: () => 0 },
    g0Norm: { init: () => 0 },
  },
  segments: 'run',
  derived: (hyper) => ({ oneMinusMomentum: 1 - numberOf(hyper, 'momentum') }),
  table: (_hyper, k) => ({ isFirst: k === 0 ? 1 : 0 }),
  failure:
    'The step divides by the norm of the first gradient and by that of the weighted sum of gradients, and one of them is zero. The first gradient must not be zero, and warmup has to start above 0.',
  step({ x, g: gradient, L, hyper, derived, table, slots, scalars, sum, constant }) {
    const { d } = scalars;
    const g0Norm = sum(gradient.square()).sqrt().where(table.isFirst.greater(0), scalars.g0Norm);
    const dlr = d.mul(L).div(constant(1).where(g0Norm.equal(0), g0Norm));
    const g = gradient.add(x.mul(hyper.weightDecay));
    const N = scalars.N.add(dlr.mul(sum(g.mul(slots.s))));
    const s = slots.s.add(g.mul(dlr));
    const s2 = sum(s.square()).sqrt();
    const hasStep = g0Norm.equal(0).logicalNot().logicalAnd(s2.equal(0).logicalNot());
    const dHat = N.mul(2).div(constant(1).where(s2.equal(0), s2));
    const dNew = grown(d, dHat, hyper.growthRate);
    const xNew = x.mul(hyper.momentum).add(slots.x0.sub(s).mul(derived.oneMinusMomentum));
    // Where there is no step s stays, and whether there is one is known from its own sum only: it is stored in the last pass.
    return {
      x: xNew,
      slots: { x0: slots.x0, s: s.where(hasStep, slots.s) },
      scalars: { d: dNew, N, dHat, s2, g0Norm },
      fails: hasStep.logicalNot(),
    };
  },
  fused: { wgsl: withGrowth(wgsl), sums: 2, gather: 'dadaptSgdGather', decide: 'dadaptSgdDecide', apply: 'dadaptSgdApply' },
});

export const dadaptSgd: OptimizerDefinition = {
  id: 'dadaptSgd',
  label: 'D-Adapt SGD',
  family: 'free',
  kin: 'dAdaptation',
  paper: dadaptPaper('SGD variant, improved form', `${PACKAGE}, DAdaptSGD`),
  deviations: ['Where the first gradient or the first learning rate is zero, the package raises an error; here the run ends and says so.'],
  hyper: { lr: multiplier, momentum, weightDecay: coupledDecay, d0: initialDistance('2-norm'), growthRate },
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults',
      source: 'Constructor defaults of DAdaptSGD in dadaptation 3.2.',
      hyper: { lr: 1, momentum: 0, weightDecay: 0, d0: 1e-6, growthRate: UNLIMITED_GROWTH },
    },
  ],
  traces: [
    ...estimateTraces('2-norm'),
    {
      id: 'N',
      label: 'Numerator',
      unit: 'squared parameter units',
      meaning: 'Sum of step x <g, s>: how far the gradients agree with the way gone.',
      chart: 'state',
    },
    {
      id: 'g0Norm',
      label: '|g0|',
      unit: 'loss units per parameter unit',
      meaning: '2-norm of the first gradient, without weight decay; it stays the unit of the step.',
      chart: 'state',
    },
    {
      id: 's2',
      label: '|s|',
      unit: 'parameter units',
      meaning: '2-norm of the weighted sum of gradients, which is how far the point x0 - s is from the start.',
      chart: 'state',
    },
  ],
  estimate: { kind: 'distance', trace: 'd', norm: '2-norm' },
  nominal: {
    label: 'd x multiplier / |g0|',
    unit: 'parameter units per unit of gradient',
    // Before a first gradient there is no step.
    of: ({ d = Number.NaN, g0Norm = 0 }, L) => (g0Norm > 0 ? (d * L) / g0Norm : Number.NaN),
  },
  diagnose: diagnoseDadaptSgd,
  program: dadaptSgdProgram,
};
