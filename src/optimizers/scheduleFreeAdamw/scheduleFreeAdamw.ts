/**
 * Schedule-Free AdamW: Adam-normalised steps from z with gradients at y, and a weighted average x of z instead of momentum and decay.
 *
 *   rate = L min(1, t / warmupSteps);  v <- beta2 v + (1 - beta2) g^2;  u = rate (g / (sqrt(v / bc2) + eps) + weightDecay y);  z <- z - u
 *   bc2 = 1 - beta2^t;  with innerMomentum > 0, g in u is m / (1 - innerMomentum^t), m <- innerMomentum m + (1 - innerMomentum) g
 *   x and y as in ../scheduleFree/averaging.ts, with beta = beta1, which is no first moment here
 *
 * Paper: Defazio, Yang, Mehta, Mishchenko, Khaled and Cutkosky, "The Road Less Scheduled" (arXiv 2405.15682), Schedule-Free AdamW.
 * Implementation followed: AdamWScheduleFree of facebookresearch/schedule_free 1.4.1.
 * Deviations:
 * - z - x is a buffer in place of z, see averaging.ts.
 * - The buffer of the inner momentum exists at 0 as well, where nothing reads or writes it: 4 bytes per parameter.
 */
import { defineProgram, numberOf } from '../../kernels/step-program.ts';
import { beta2, eps } from '../adam-hyper.ts';
import type { OptimizerDefinition } from '../definition.ts';
import {
  averagingScalars,
  gapDeviation,
  move,
  points,
  scheduleFreePaper,
  stepWeight,
  warmupFactor,
  weigh,
} from '../scheduleFree/averaging.ts';
import averagingWgsl from '../scheduleFree/averaging.wgsl?raw';
import {
  averageTrace,
  decayAtY,
  interpolation,
  largestRateTrace,
  rateTrace,
  scheduleFreeLr,
  warmupSteps,
  weightHyper,
} from '../scheduleFree/averaging-hyper.ts';
import { diagnoseScheduleFree } from '../scheduleFree/diagnose.ts';
import wgsl from './scheduleFreeAdamw.wgsl?raw';

export const scheduleFreeAdamwProgram = defineProgram({
  id: 'scheduleFreeAdamw',
  rowHyper: ['lr', 'beta1', 'beta2', 'eps', 'weightDecay', 'warmupSteps', 'r', 'weightLrPower', 'innerMomentum'],
  blockHyper: [],
  slots: { gap: 'zero', v: 'zero', m: 'zero' },
  scalars: { rate: { init: () => 0 }, ...averagingScalars },
  segments: 'run',
  derived: (hyper) => ({
    oneMinusBeta: 1 - numberOf(hyper, 'beta1'),
    oneMinusBeta2: 1 - numberOf(hyper, 'beta2'),
    oneMinusInner: 1 - numberOf(hyper, 'innerMomentum'),
  }),
  table: (hyper, k) => ({
    warmup: warmupFactor(hyper, k + 1),
    weight: stepWeight(hyper, k + 1),
    bc2: 1 - numberOf(hyper, 'beta2') ** (k + 1),
    bcInner: 1 - numberOf(hyper, 'innerMomentum') ** (k + 1),
  }),
  step({ x: y, g, L, hyper, derived, table, slots, scalars, constant }) {
    const rate = L.mul(table.warmup);
    const average = weigh({ rate, weight: table.weight, power: hyper.weightLrPower, scalars, constant });
    const hasInner = hyper.innerMomentum.greater(0);
    const m = slots.m.mul(hyper.innerMomentum).add(g.mul(derived.oneMinusInner)).where(hasInner, slots.m);
    const v = slots.v.mul(hyper.beta2).add(g.square().mul(derived.oneMinusBeta2));
    const direction = m.div(table.bcInner).where(hasInner, g).div(v.div(table.bc2).sqrt().add(hyper.eps));
    const u = direction.add(y.mul(hyper.weightDecay)).mul(rate);
    const moved = move({ y, gap: slots.gap, u, average, pull: average.c.mul(hyper.beta1), oneMinusBeta: derived.oneMinusBeta });
    return { x: moved.y, slots: { gap: moved.gap, v, m }, scalars: { rate, ...average } };
  },
  evalPoint: ({ x: y, slots, derived }) => y.sub(slots.gap.mul(derived.oneMinusBeta)),
  fused: {
    wgsl: [averagingWgsl, wgsl].join('\n'),
    sums: 0,
    decide: 'scheduleFreeAdamwDecide',
    apply: 'scheduleFreeAdamwApply',
    evalPoint: 'scheduleFreeAdamwPoint',
  },
});

export const scheduleFreeAdamw: OptimizerDefinition = {
  id: 'scheduleFreeAdamw',
  label: 'Schedule-Free AdamW',
  family: 'free',
  kin: 'scheduleFree',
  paper: {
    ...scheduleFreePaper,
    algorithm: 'Schedule-Free AdamW',
    implementation: 'AdamWScheduleFree, facebookresearch/schedule_free 1.4.1',
  },
  deviations: [
    gapDeviation,
    'beta1 = 0, the plain average, is allowed; the package cannot evaluate there.',
    'The buffer of the inner momentum is there, untouched, when the inner momentum is 0: 4 bytes per parameter.',
  ],
  hyper: {
    lr: scheduleFreeLr,
    beta1: interpolation,
    beta2,
    eps,
    weightDecay: decayAtY,
    warmupSteps,
    ...weightHyper,
    innerMomentum: {
      kind: 'number',
      label: 'Inner momentum',
      value: 0,
      min: 0,
      max: 0.9999,
      scale: 'log1m',
      doc: 'Decay of a running average of gradients inside the step of z, per step, no unit. 0 has none: the average x takes its place.',
    },
  },
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults',
      source: 'Constructor defaults of AdamWScheduleFree in schedule_free 1.4.1, for a constant schedule.',
      hyper: {
        lr: 0.0025,
        beta1: 0.9,
        beta2: 0.999,
        eps: 1e-8,
        weightDecay: 0,
        warmupSteps: 0,
        r: 0,
        weightLrPower: 2,
        innerMomentum: 0,
      },
    },
    {
      id: 'algoperf',
      label: 'AlgoPerf v0.5 self-tuning winner',
      source:
        'Schedule-Free AdamW self-tuning submission to AlgoPerf v0.5 (mlcommons/submissions_algorithms), there with warmup and then a constant schedule.',
      hyper: { lr: 0.0025, beta1: 0.9, beta2: 0.9955159689799007, weightDecay: 0.08121616522670176, r: 0.75, weightLrPower: 2 },
      warmup: 0.02,
      dropout: 0.1,
      labelSmoothing: 0.2,
    },
  ],
  traces: [averageTrace, rateTrace('parameter units per normalised gradient'), largestRateTrace('parameter units per normalised gradient')],
  estimate: {
    kind: 'none',
    why: 'It estimates nothing: its step size is the learning rate it is given. What it replaces is the schedule.',
  },
  points,
  nominal: {
    label: 'Learning rate',
    unit: 'parameter units per normalised gradient',
    of: ({ rate = Number.NaN }) => rate,
    followsSchedule: false,
  },
  diagnose: diagnoseScheduleFree,
  program: scheduleFreeAdamwProgram,
};
