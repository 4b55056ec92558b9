/**
 * Schedule-Free RAdam: Schedule-Free AdamW whose warmup is RAdam's rectification, so that it needs none of its own.
 *
 *   rhoInf = 2 / (1 - beta2) - 1;  rho = rhoInf - 2 t beta2^t / (1 - beta2^t);  v <- beta2 v + (1 - beta2) g^2;  bc2 = 1 - beta2^t
 *   rho > 4:  rate = L sqrt((rho - 4) (rho - 2) rhoInf / ((rhoInf - 4) (rhoInf - 2) rho));  u = rate (g / (sqrt(v / bc2) + eps) + weightDecay y)
 *   else:     rate = 0 with silentSgdPhase, L without;  u = rate (g + weightDecay y)
 *   z <- z - u;  x and y as in ../scheduleFree/averaging.ts, with beta = beta1
 *
 * Papers: Defazio et al., "The Road Less Scheduled" (arXiv 2405.15682); Liu et al., "On the Variance of the Adaptive Learning Rate and
 * Beyond" (arXiv 1908.03265), for the rectification.
 * Implementation followed: RAdamScheduleFree of facebookresearch/schedule_free 1.4.1.
 * Deviations:
 * - z - x is a buffer in place of z, see averaging.ts.
 */
import { defineProgram, type HyperValues, numberOf } from '../../kernels/step-program.ts';
import { beta2, eps } from '../adam-hyper.ts';
import type { OptimizerDefinition } from '../definition.ts';
import { averagingScalars, gapDeviation, move, points, scheduleFreePaper, stepWeight, weigh } from '../scheduleFree/averaging.ts';
import averagingWgsl from '../scheduleFree/averaging.wgsl?raw';
import {
  averageTrace,
  decayAtY,
  interpolation,
  largestRateTrace,
  rateTrace,
  scheduleFreeLr,
  weightHyper,
} from '../scheduleFree/averaging-hyper.ts';
import { diagnoseScheduleFreeRadam } from './diagnose.ts';
import { rectification } from './rectification.ts';
import wgsl from './scheduleFreeRadam.wgsl?raw';

function rectified(hyper: HyperValues, t: number): { readonly factor: number; readonly isRectified: number } {
  const factor = rectification(numberOf(hyper, 'beta2'), t);
  if (factor !== null) return { factor, isRectified: 1 };
  return { factor: hyper.silentSgdPhase === true ? 0 : 1, isRectified: 0 };
}

export const scheduleFreeRadamProgram = defineProgram({
  id: 'scheduleFreeRadam',
  rowHyper: ['lr', 'beta1', 'beta2', 'eps', 'weightDecay', 'r', 'weightLrPower'],
  blockHyper: ['silentSgdPhase'],
  slots: { gap: 'zero', v: 'zero' },
  scalars: { rate: { init: () => 0 }, ...averagingScalars },
  segments: 'run',
  derived: (hyper) => ({ oneMinusBeta: 1 - numberOf(hyper, 'beta1'), oneMinusBeta2: 1 - numberOf(hyper, 'beta2') }),
  table: (hyper, k) => ({
    ...rectified(hyper, k + 1),
    weight: stepWeight(hyper, k + 1),
    bc2: 1 - numberOf(hyper, 'beta2') ** (k + 1),
  }),
  step({ x: y, g, L, hyper, derived, table, slots, scalars, constant }) {
    const rate = L.mul(table.factor);
    const average = weigh({ rate, weight: table.weight, power: hyper.weightLrPower, scalars, constant });
    const v = slots.v.mul(hyper.beta2).add(g.square().mul(derived.oneMinusBeta2));
    const normalised = g.div(v.div(table.bc2).sqrt().add(hyper.eps));
    const direction = normalised.where(table.isRectified.greater(0), g);
    const u = direction.add(y.mul(hyper.weightDecay)).mul(rate);
    const moved = move({ y, gap: slots.gap, u, average, pull: average.c.mul(hyper.beta1), oneMinusBeta: derived.oneMinusBeta });
    return { x: moved.y, slots: { gap: moved.gap, v }, scalars: { rate, ...average } };
  },
  evalPoint: ({ x: y, slots, derived }) => y.sub(slots.gap.mul(derived.oneMinusBeta)),
  fused: {
    wgsl: [averagingWgsl, wgsl].join('\n'),
    sums: 0,
    decide: 'scheduleFreeRadamDecide',
    apply: 'scheduleFreeRadamApply',
    evalPoint: 'scheduleFreeRadamPoint',
  },
});

export const scheduleFreeRadam: OptimizerDefinition = {
  id: 'scheduleFreeRadam',
  label: 'Schedule-Free RAdam',
  family: 'free',
  kin: 'scheduleFree',
  paper: {
    ...scheduleFreePaper,
    algorithm: 'Schedule-Free with the rectification of RAdam (Liu et al., arXiv 1908.03265)',
    implementation: 'RAdamScheduleFree, facebookresearch/schedule_free 1.4.1',
  },
  deviations: [gapDeviation, 'beta1 = 0, the plain average, is allowed; the package cannot evaluate there.'],
  hyper: {
    lr: scheduleFreeLr,
    beta1: interpolation,
    beta2: {
      ...beta2,
      doc: 'Decay of the running average of squared gradients, per step, no unit. It also sets the warmup: it begins only above 0.6, and lasts longer the nearer to 1.',
    },
    eps,
    weightDecay: decayAtY,
    ...weightHyper,
    silentSgdPhase: {
      kind: 'flag',
      label: 'Silent SGD phase',
      value: true,
      doc: 'Stand still while the second moment is too short to normalise with (4 steps at beta2 = 0.999). Off: make plain gradient steps there.',
    },
  },
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults (package)',
      source: 'Constructor defaults of RAdamScheduleFree in schedule_free 1.4.1, for a constant schedule.',
      hyper: { lr: 0.0025, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0, r: 0, weightLrPower: 2, silentSgdPhase: true },
    },
  ],
  traces: [averageTrace, rateTrace('parameter units per normalised gradient'), largestRateTrace('parameter units per normalised gradient')],
  estimate: { kind: 'none', why: 'It estimates nothing: its step size is the learning rate it is given, rectified.' },
  points,
  nominal: {
    label: 'Learning rate',
    unit: 'parameter units per normalised gradient',
    of: ({ rate = Number.NaN }) => rate,
    followsSchedule: false,
  },
  diagnose: diagnoseScheduleFreeRadam,
  program: scheduleFreeRadamProgram,
};
