/**
 * ScheduleFree+ (AdamC, Schedule-Free and a Polyak step): no schedule, and a learning rate from the loss and the 1-norm of the gradient.
 *
 * State: z and x as in ../scheduleFree/averaging.ts; m, v, G = 0; k = 0; t = k + 1. f is the loss at y, g its gradient there.
 *   B = sfBeta1, or 1 - (1 - sfBeta1)^(1 - a) (1 - sfBeta1Max)^a with a = min(1, k / annealSteps)
 *   F = f + B <g, z - x>;  G <- (polyakBeta G + (1 - polyakBeta) |g|_1 sqrt(pi / 2)) / (1 - polyakBeta^t);  rate = max(L, eps) max(0, F) / G
 *   m <- beta1 m + (1 - beta1) g;  v <- beta2 v + (1 - beta2) g^2
 *   z <- z - rate^2 weightDecay y - rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)
 *   c = 1 for the first cWarmup steps, whose weights do not count; x <- (1 - c) x + c z;  y <- B x + (1 - B) z
 *
 * Paper: Defazio, "ScheduleFree+: Scaling Learning-Rate-Free & Schedule-Free Learning to Large Language Models" (arXiv 2605.19095).
 * Implementation followed: AdamCScheduleFreePlusPaper of facebookresearch/schedule_free 1.4.1.
 * Deviations:
 * - z - x is a buffer in place of z, see averaging.ts. It is also what the correction of the loss needs.
 * - Where G is 0 the package raises; the run ends as diverged and says why.
 * As in the package, the average of the gradient's norm goes on from its own bias-corrected value, so that it is far too large at first.
 */
import { defineProgram, type HyperValues, numberOf } from '../../kernels/step-program.ts';
import { adamBiasCorrections, adamDerived } from '../adam-family.ts';
import { beta1, beta2, eps } from '../adam-hyper.ts';
import type { OptimizerDefinition } from '../definition.ts';
import { averagingScalars, gapDeviation, move, points, stepWeight, weigh } from '../scheduleFree/averaging.ts';
import averagingWgsl from '../scheduleFree/averaging.wgsl?raw';
import { averageTrace, CONSTANT, decayAtY, interpolation, largestRateTrace, weightHyper } from '../scheduleFree/averaging-hyper.ts';
import wgsl from './adamcScheduleFreePlus.wgsl?raw';
import { AVERAGE_WARMUP, diagnoseScheduleFreePlus } from './diagnose.ts';

/** Ratio of the 2-norm to the mean absolute value of Gaussian entries, by which the method scales the 1-norm. */
const NORM_RATIO = Math.sqrt(Math.PI / 2);

/** 1 - B at step k: annealed on a logarithmic scale. */
function oneMinusB(hyper: HyperValues, k: number): number {
  const start = 1 - numberOf(hyper, 'sfBeta1');
  const steps = numberOf(hyper, 'annealSteps');
  if (steps <= 0) return start;
  const progress = Math.min(1, k / steps);
  return start ** (1 - progress) * (1 - numberOf(hyper, 'sfBeta1Max')) ** progress;
}

export const adamcScheduleFreePlusProgram = defineProgram({
  id: 'adamcScheduleFreePlus',
  rowHyper: [
    'lr',
    'beta1',
    'beta2',
    'eps',
    'weightDecay',
    'sfBeta1',
    'annealSteps',
    'sfBeta1Max',
    'polyakBeta',
    'cWarmup',
    'r',
    'weightLrPower',
  ],
  blockHyper: [],
  slots: { gap: 'zero', m: 'zero', v: 'zero' },
  scalars: {
    rate: { init: () => 0 },
    G: { init: () => 0 },
    F: { init: () => 0 },
    ip: { init: () => 0 },
    oneMinusB: { init: (hyper) => oneMinusB(hyper, 0) },
    ...averagingScalars,
    // The package starts here from eps.
    lrMax: { init: (hyper) => numberOf(hyper, 'eps') },
  },
  segments: 'run',
  derived: (hyper) => ({ ...adamDerived(hyper), normShare: (1 - numberOf(hyper, 'polyakBeta')) * NORM_RATIO }),
  table: (hyper, k) => ({
    ...adamBiasCorrections(hyper, k),
    oneMinusB: oneMinusB(hyper, k),
    bcG: 1 - numberOf(hyper, 'polyakBeta') ** (k + 1),
    weight: stepWeight(hyper, k + 1),
    isAveraging: k < numberOf(hyper, 'cWarmup') ? 0 : 1,
  }),
  step({ x: y, g, loss, L, hyper, derived, table, slots, scalars, sum, constant }) {
    const B = table.oneMinusB.neg().add(1);
    const ip = sum(g.mul(slots.gap)).mul(B);
    const F = loss.add(ip);
    const G = scalars.G.mul(hyper.polyakBeta).add(sum(g.abs()).mul(derived.normShare)).div(table.bcG);
    const fails = G.equal(0);
    const exists = fails.logicalNot();
    const rate = L.maximum(hyper.eps)
      .mul(F.maximum(0))
      .div(G.where(exists, constant(1)));
    const weighed = weigh({ rate, weight: table.weight, power: hyper.weightLrPower, scalars, constant });
    const isAveraging = table.isAveraging.greater(0);
    const average = {
      lrMax: weighed.lrMax,
      sumW: weighed.sumW.where(isAveraging, scalars.sumW),
      c: weighed.c.where(isAveraging, constant(1)),
      kept: weighed.kept.where(isAveraging, constant(0)),
    };
    // A step that does not exist leaves its buffers alone, so they are written once it is known to.
    const m = slots.m.mul(hyper.beta1).add(g.mul(derived.oneMinusBeta1)).where(exists, slots.m);
    const v = slots.v.mul(hyper.beta2).add(g.square().mul(derived.oneMinusBeta2)).where(exists, slots.v);
    const direction = m.div(table.bc1).div(v.div(table.bc2).sqrt().add(hyper.eps));
    const u = y.mul(rate.square().mul(hyper.weightDecay)).add(direction.mul(rate));
    // The old y lies where the old B has put it.
    const pull = average.c.mul(B).add(table.oneMinusB.sub(scalars.oneMinusB));
    const moved = move({ y, gap: slots.gap, u, average, pull, oneMinusBeta: table.oneMinusB });
    return {
      x: moved.y,
      slots: { gap: moved.gap, m, v },
      scalars: { rate, G, F, ip, oneMinusB: table.oneMinusB, ...average },
      fails,
    };
  },
  evalPoint: ({ x: y, slots, scalars }) => y.sub(slots.gap.mul(scalars.oneMinusB)),
  readsLoss: true,
  failure:
    'The gradient was zero, and the step is divided by its 1-norm. A decay of the gradient norm (polyak_beta) above 0 bridges single zero gradients, but not a first one.',
  fused: {
    wgsl: [averagingWgsl, wgsl].join('\n'),
    sums: 2,
    gather: 'adamcScheduleFreePlusGather',
    decide: 'adamcScheduleFreePlusDecide',
    apply: 'adamcScheduleFreePlusApply',
    evalPoint: 'adamcScheduleFreePlusPoint',
  },
});

export const adamcScheduleFreePlus: OptimizerDefinition = {
  id: 'adamcScheduleFreePlus',
  label: 'ScheduleFree+ (AdamC)',
  family: 'free',
  kin: 'scheduleFree',
  paper: {
    title: 'ScheduleFree+: Scaling Learning-Rate-Free & Schedule-Free Learning to Large Language Models',
    authors: 'Defazio',
    year: 2026,
    arxiv: '2605.19095',
    algorithm: 'AdamC with Schedule-Free averaging and a Polyak step',
    implementation: 'AdamCScheduleFreePlusPaper, facebookresearch/schedule_free 1.4.1',
  },
  deviations: [gapDeviation, 'Where the package raises on a zero gradient, the run ends as diverged and says why.'],
  hyper: {
    lr: {
      kind: 'number',
      label: 'Multiplier',
      value: 1,
      min: 1e-4,
      max: 100,
      scale: 'log',
      doc: `Multiplies the Polyak step, no unit. The method is meant to run at 1. ${CONSTANT}`,
    },
    beta1,
    beta2: { ...beta2, value: 0.95 },
    eps: { ...eps, doc: 'Added to the root of the second moment, outside the root, in units of the gradient; also the least multiplier.' },
    weightDecay: {
      ...decayAtY,
      max: 100,
      doc: 'Each step takes the square of the Polyak step x this fraction of y off z: values like 20 or 50, not those of AdamW.',
    },
    sfBeta1: {
      ...interpolation,
      label: 'sf_beta1',
      doc: 'Gradients are taken at y = sf_beta1 x + (1 - sf_beta1) z, no unit. It is apart from the first moment of the steps.',
    },
    annealSteps: {
      kind: 'number',
      label: 'Annealing steps',
      value: 0,
      min: 0,
      max: 100_000,
      scale: 'linear',
      doc: 'Steps over which sf_beta1 rises to its largest value. 0 keeps it where it is.',
    },
    sfBeta1Max: {
      ...interpolation,
      label: 'Largest sf_beta1',
      value: 0.965,
      doc: 'Where the annealing of sf_beta1 ends, no unit. Nothing without annealing steps.',
    },
    polyakBeta: {
      kind: 'number',
      label: 'polyak_beta',
      value: 0,
      min: 0,
      // The norm is overestimated by up to 7e18 at 0.97, see the header; beyond it leaves float32.
      max: 0.97,
      scale: 'log1m',
      doc: 'Decay of the average of the gradient norm, per step, no unit. As in the package, 0.9 makes the first 100 steps too short, 0.95 the first 500.',
    },
    cWarmup: {
      kind: 'number',
      label: AVERAGE_WARMUP,
      value: 0,
      min: 0,
      max: 10_000,
      scale: 'linear',
      doc: 'Steps in which the average follows z and nothing counts towards it: one or two times a warmup of the schedule.',
    },
    ...weightHyper,
  },
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults (package)',
      source: 'Constructor defaults of AdamCScheduleFreePlusPaper in schedule_free 1.4.1, for a constant schedule.',
      hyper: {
        lr: 1,
        beta1: 0.9,
        beta2: 0.95,
        eps: 1e-8,
        weightDecay: 0,
        sfBeta1: 0.9,
        annealSteps: 0,
        sfBeta1Max: 0.965,
        polyakBeta: 0,
        cWarmup: 0,
        r: 0,
        weightLrPower: 2,
      },
    },
  ],
  traces: [
    {
      id: 'rate',
      label: 'Polyak step',
      unit: 'parameter units per normalised gradient',
      meaning: 'Step size of this step: the corrected loss over the norm of the gradient, with multiplier and schedule.',
      chart: 'distance',
    },
    {
      id: 'F',
      label: 'Corrected loss',
      unit: 'loss units',
      meaning: 'Loss at y plus <g, z - x>: what a step from z could gain, to first order. Below 0 the method stands still.',
      chart: 'state',
    },
    {
      id: 'G',
      label: 'Gradient norm',
      unit: 'loss units per parameter unit',
      meaning: '1-norm of the gradient, scaled and averaged: what the corrected loss is divided by.',
      chart: 'state',
    },
    averageTrace,
    largestRateTrace('parameter units per normalised gradient'),
  ],
  estimate: {
    kind: 'none',
    why: 'Its step size comes from the loss and the norm of the gradient, assuming that the least loss is 0; it looks for no distance.',
  },
  points,
  nominal: {
    label: 'Polyak step',
    unit: 'parameter units per normalised gradient',
    of: ({ rate = Number.NaN }) => rate,
    followsSchedule: false,
  },
  diagnose: diagnoseScheduleFreePlus,
  program: adamcScheduleFreePlusProgram,
};
