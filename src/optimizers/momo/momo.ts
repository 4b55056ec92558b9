/**
 * MoMo: SGD with momentum whose step takes a linear model of the averaged loss down to a lower bound, but is at most a cap.
 *
 * State: D, the average of gradients (d in the paper); M, what the average of tangents says of x; drop, what the last step took off it;
 * F, the average of losses, which is only shown; lb, the lower bound; k = 0. L = lr x schedule.
 *   D <- beta D + (1 - beta) g;  M <- beta (M - drop) + (1 - beta) loss;  both start at their first values, and rho = 1;
 *   with biasCorrection both start at zero, and rho = 1 - beta^(k+1)
 *   p = 1 + L weightDecay;  pull = L weightDecay <D, x>
 *   with useFstar:  if p M - pull < p rho lb:  lb <- max((p M - pull) / (2 p rho), lb0), lb0 being the given one
 *   t1 = max(p (M - rho lb) - pull, 0) / |D|^2;  tau = min(L / rho, t1)
 *   with useFstar:  lb <- max((M - tau |D|^2 / 2) / rho, lb0)
 *   x <- (x - tau D) / p;  drop = (tau |D|^2 + pull) / p = <D, old x - new x>
 *
 * Paper: Schaipp, Ohana, Eickenberg, Defazio and Gower, "MoMo: Momentum Models for Adaptive Learning Rates" (arXiv 2305.07583).
 * Implementation followed: fabian-sp/MoMo (momo-opt) 0.1.0, Momo, all options.
 * Deviations:
 * - The package puts M together anew from averages of losses, <D, x> and <x, g>, whose sum is often much smaller than each of them; M is the
 *   same number in exact arithmetic.
 * - Where |D|^2 is zero, t1 is 1e30 instead of infinity or NaN; tau is the cap, as in the package, which moves nothing.
 */
import { defineProgram, numberOf } from '../../kernels/step-program.ts';
import type { OptimizerDefinition } from '../definition.ts';
import { momoDiagnosis } from './diagnose.ts';
import modelWgsl from './model.wgsl?raw';
import wgsl from './momo.wgsl?raw';
import {
  averageFromFirst,
  averageFromZero,
  modelDeviations,
  modelEstimate,
  modelHyper,
  modelPaper,
  modelScalars,
  modelStep,
  modelTraces,
  unknownBoundPreset,
} from './momo-model.ts';

export const momoProgram = defineProgram({
  id: 'momo',
  rowHyper: ['lr', 'beta', 'weightDecay', 'lb'],
  blockHyper: ['biasCorrection', 'useFstar'],
  slots: { D: 'zero' },
  scalars: modelScalars,
  segments: 'run',
  readsLoss: true,
  table: (hyper, k) => (hyper.biasCorrection === true ? averageFromZero : averageFromFirst)(numberOf(hyper, 'beta'), k),
  step({ x, g, loss, L, hyper, table, slots, scalars, option, sum, constant }) {
    const D = slots.D.mul(table.keep).add(g.mul(table.fresh));
    const sums = { Dx: sum(D.mul(x)), D2: sum(D.square()) };
    const flags = { useFstar: option.useFstar === true, divides: true };
    const { p, scalars: next } = modelStep({ ...sums, ...flags, loss, L, hyper, table, scalars, constant });
    return { x: x.sub(D.mul(next.tau)).div(p), slots: { D }, scalars: next };
  },
  fused: { wgsl: `${modelWgsl}\n${wgsl}`, sums: 2, gather: 'momoGather', decide: 'momoDecide', apply: 'momoApply' },
});

const STEP_UNIT = 'parameter units per unit of gradient';
const lr = {
  kind: 'number',
  label: 'Learning rate cap',
  value: 1,
  min: 1e-7,
  max: 1000,
  scale: 'log',
  doc: 'The largest step size, in parameter units per unit of gradient. The schedule multiplies the cap, not the step that the model asks for.',
} as const;

export const momo: OptimizerDefinition = {
  id: 'momo',
  label: 'MoMo',
  family: 'free',
  kin: 'momo',
  paper: { ...modelPaper, algorithm: 'MoMo', implementation: 'fabian-sp/MoMo (momo-opt) 0.1.0, Momo' },
  deviations: modelDeviations,
  hyper: {
    lr,
    beta: {
      kind: 'number',
      label: 'beta',
      value: 0.9,
      min: 0,
      max: 0.9999,
      scale: 'log1m',
      doc: 'Decay of the running averages of gradients, losses and inner products, per step, no unit.',
    },
    ...modelHyper,
    biasCorrection: {
      kind: 'flag',
      label: 'Bias correction',
      value: false,
      doc: 'Start the averages at zero and correct for it, instead of starting them at their first values.',
    },
  },
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults',
      source: 'Constructor defaults of Momo in momo-opt 0.1.0.',
      hyper: { lr: 1, beta: 0.9, weightDecay: 0, lb: 0, useFstar: false, biasCorrection: false },
    },
    unknownBoundPreset,
  ],
  traces: modelTraces(STEP_UNIT),
  estimate: modelEstimate,
  nominal: { label: 'tau', unit: STEP_UNIT, of: ({ tau = Number.NaN }) => tau, followsSchedule: false },
  diagnose: momoDiagnosis({ base: 'SGD with momentum', largestCap: lr.max }),
  program: momoProgram,
};
