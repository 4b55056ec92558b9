/**
 * MoMo-Adam: Adam whose step takes a linear model of the averaged loss down to a lower bound, but is at most a cap.
 *
 * State and formulas of ../momo/momo.ts with bias correction, beta1 for beta, and Adam's norm:
 *   v <- beta2 v + (1 - beta2) g^2;  K = sqrt(v / (1 - beta2^(k+1))) + eps;  the sum of D^2 / K in place of |D|^2
 *   x <- (x - tau D / K) / p, or x <- x (1 - L weightDecay) - tau D / K with divide off; t1 contains p in both, drop is divided by it in the first
 * D and M are not corrected by themselves: rho multiplies the bound and divides the cap.
 *
 * Paper: Schaipp, Ohana, Eickenberg, Defazio and Gower, "MoMo: Momentum Models for Adaptive Learning Rates" (arXiv 2305.07583).
 * Implementation followed: fabian-sp/MoMo (momo-opt) 0.1.0, MomoAdam, all options.
 * Deviations:
 * - M is carried from step to step, as in ../momo/momo.ts.
 * - Where D is zero, t1 is 1e30 instead of infinity or NaN; tau is the cap, as in the package, which moves nothing.
 */
import { defineProgram, numberOf } from '../../kernels/step-program.ts';
import { beta1, beta2, eps } from '../adam-hyper.ts';
import type { OptimizerDefinition } from '../definition.ts';
import { momoDiagnosis } from '../momo/diagnose.ts';
import modelWgsl from '../momo/model.wgsl?raw';
import {
  averageFromZero,
  modelDeviations,
  modelEstimate,
  modelHyper,
  modelPaper,
  modelScalars,
  modelStep,
  modelTraces,
  unknownBoundPreset,
} from '../momo/momo-model.ts';
import wgsl from './momoAdam.wgsl?raw';

export const momoAdamProgram = defineProgram({
  id: 'momoAdam',
  rowHyper: ['lr', 'beta1', 'beta2', 'eps', 'weightDecay', 'lb'],
  blockHyper: ['divide', 'useFstar'],
  slots: { D: 'zero', v: 'zero' },
  scalars: modelScalars,
  segments: 'run',
  readsLoss: true,
  derived: (hyper) => ({ oneMinusBeta2: 1 - numberOf(hyper, 'beta2') }),
  table: (hyper, k) => ({ ...averageFromZero(numberOf(hyper, 'beta1'), k), bc2: 1 - numberOf(hyper, 'beta2') ** (k + 1) }),
  step({ x, g, loss, L, hyper, derived, table, slots, scalars, option, sum, constant }) {
    const D = slots.D.mul(table.keep).add(g.mul(table.fresh));
    const v = slots.v.mul(hyper.beta2).add(g.square().mul(derived.oneMinusBeta2));
    const direction = D.div(v.div(table.bc2).sqrt().add(hyper.eps));
    const sums = { Dx: sum(D.mul(x)), D2: sum(D.mul(direction)) };
    const flags = { useFstar: option.useFstar === true, divides: option.divide === true };
    const { p, scalars: next } = modelStep({ ...sums, ...flags, loss, L, hyper, table, scalars, constant });
    const displacement = direction.mul(next.tau);
    const decay = x.mul(L.mul(hyper.weightDecay));
    return { x: option.divide ? x.sub(displacement).div(p) : x.sub(decay.add(displacement)), slots: { D, v }, scalars: next };
  },
  fused: { wgsl: `${modelWgsl}\n${wgsl}`, sums: 2, gather: 'momoAdamGather', decide: 'momoDecide', apply: 'momoAdamApply' },
});

const STEP_UNIT = 'parameter units per normalised gradient';
const lr = {
  kind: 'number',
  label: 'Learning rate cap',
  value: 0.01,
  min: 1e-7,
  max: 10,
  scale: 'log',
  doc: 'The largest step: about the largest change of one parameter, in parameter units. The schedule multiplies the cap, not the step that the model asks for.',
} as const;

export const momoAdam: OptimizerDefinition = {
  id: 'momoAdam',
  label: 'MoMo-Adam',
  family: 'free',
  kin: 'momo',
  paper: { ...modelPaper, algorithm: 'MoMo-Adam', implementation: 'fabian-sp/MoMo (momo-opt) 0.1.0, MomoAdam' },
  deviations: modelDeviations,
  hyper: {
    lr,
    beta1: { ...beta1, doc: 'Decay of the running averages of gradients, losses and inner products, per step, no unit.' },
    beta2,
    eps,
    ...modelHyper,
    divide: {
      kind: 'flag',
      label: 'Proximal decay',
      value: true,
      doc: 'Divide the moved parameters by 1 + cap x schedule x weight decay; off, decay them before the step as AdamW does.',
    },
  },
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults',
      source: 'Constructor defaults of MomoAdam in momo-opt 0.1.0.',
      hyper: { lr: 0.01, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0, lb: 0, useFstar: false, divide: true },
    },
    unknownBoundPreset,
  ],
  traces: modelTraces(STEP_UNIT),
  estimate: modelEstimate,
  nominal: { label: 'tau', unit: STEP_UNIT, of: ({ tau = Number.NaN }) => tau, followsSchedule: false },
  diagnose: momoDiagnosis({ base: 'Adam', largestCap: lr.max }),
  program: momoAdamProgram,
};
