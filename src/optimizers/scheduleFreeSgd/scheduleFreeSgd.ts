/**
 * Schedule-Free SGD: plain steps from z with gradients at y, and a weighted average x of z instead of momentum and decay.
 *
 *   rate = L min(1, t / warmupSteps);  u = rate (g + weightDecay y);  z <- z - u;  x and y as in ../scheduleFree/averaging.ts
 *
 * Paper: Defazio, Yang, Mehta, Mishchenko, Khaled and Cutkosky, "The Road Less Scheduled" (arXiv 2405.15682), Schedule-Free SGD.
 * Implementation followed: SGDScheduleFree of facebookresearch/schedule_free 1.4.1.
 * Deviations:
 * - z - x is a buffer in place of z, see averaging.ts.
 * - Momentum 0 (plain averaging of SGD) is allowed, which the package refuses.
 */
import { defineProgram, numberOf } from '../../kernels/step-program.ts';
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
  CONSTANT,
  decayAtY,
  interpolation,
  largestRateTrace,
  rateTrace,
  scheduleFreeLr,
  warmupSteps,
  weightHyper,
} from '../scheduleFree/averaging-hyper.ts';
import { diagnoseScheduleFree } from '../scheduleFree/diagnose.ts';
import wgsl from './scheduleFreeSgd.wgsl?raw';

export const scheduleFreeSgdProgram = defineProgram({
  id: 'scheduleFreeSgd',
  rowHyper: ['lr', 'momentum', 'weightDecay', 'warmupSteps', 'r', 'weightLrPower'],
  blockHyper: [],
  slots: { gap: 'zero' },
  scalars: { rate: { init: () => 0 }, ...averagingScalars },
  segments: 'run',
  derived: (hyper) => ({ oneMinusBeta: 1 - numberOf(hyper, 'momentum') }),
  table: (hyper, k) => ({ warmup: warmupFactor(hyper, k + 1), weight: stepWeight(hyper, k + 1) }),
  step({ x: y, g, L, hyper, derived, table, slots, scalars, constant }) {
    const rate = L.mul(table.warmup);
    const average = weigh({ rate, weight: table.weight, power: hyper.weightLrPower, scalars, constant });
    const u = g.add(y.mul(hyper.weightDecay)).mul(rate);
    const moved = move({ y, gap: slots.gap, u, average, pull: average.c.mul(hyper.momentum), oneMinusBeta: derived.oneMinusBeta });
    return { x: moved.y, slots: { gap: moved.gap }, scalars: { rate, ...average } };
  },
  evalPoint: ({ x: y, slots, derived }) => y.sub(slots.gap.mul(derived.oneMinusBeta)),
  fused: {
    wgsl: [averagingWgsl, wgsl].join('\n'),
    sums: 0,
    decide: 'scheduleFreeSgdDecide',
    apply: 'scheduleFreeSgdApply',
    evalPoint: 'scheduleFreeSgdPoint',
  },
});

export const scheduleFreeSgd: OptimizerDefinition = {
  id: 'scheduleFreeSgd',
  label: 'Schedule-Free SGD',
  family: 'free',
  kin: 'scheduleFree',
  paper: {
    ...scheduleFreePaper,
    algorithm: 'Schedule-Free SGD',
    implementation: 'SGDScheduleFree, facebookresearch/schedule_free 1.4.1',
  },
  deviations: [gapDeviation, 'Momentum 0, the plain average of SGD steps, is allowed; the package refuses it.'],
  hyper: {
    lr: {
      ...scheduleFreeLr,
      value: 1,
      max: 100,
      doc: `Length of a step of z per unit of gradient, in parameter units; 10 to 50 times a usual SGD learning rate. ${CONSTANT}`,
    },
    momentum: {
      ...interpolation,
      label: 'Momentum',
      doc: 'Gradients are taken at y = momentum x + (1 - momentum) z, no unit. 0 averages plain SGD; 0.95 or 0.98 for long runs.',
    },
    weightDecay: decayAtY,
    warmupSteps,
    ...weightHyper,
  },
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults',
      source: 'Constructor defaults of SGDScheduleFree in schedule_free 1.4.1, for a constant schedule.',
      hyper: { lr: 1, momentum: 0.9, weightDecay: 0, warmupSteps: 0, r: 0, weightLrPower: 2 },
    },
  ],
  traces: [averageTrace, rateTrace('parameter units per unit of gradient'), largestRateTrace('parameter units per unit of gradient')],
  estimate: {
    kind: 'none',
    why: 'It estimates nothing: its step size is the learning rate it is given. What it replaces is the schedule.',
  },
  points,
  nominal: {
    label: 'Learning rate',
    unit: 'parameter units per unit of gradient',
    of: ({ rate = Number.NaN }) => rate,
    followsSchedule: false,
  },
  diagnose: diagnoseScheduleFree,
  program: scheduleFreeSgdProgram,
};
