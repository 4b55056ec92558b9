import { type HyperValues, numberOf } from '../../kernels/step-program.ts';
import { type DerivedBuffer, type DerivedScalar, number } from '../golden.ts';

export const weightRules = { r: number('r'), weight_lr_power: number('weightLrPower') };

/** W itself; ours is in units of lrMax^p. */
const weightSum: DerivedScalar = ({ sumW = [], lrMax = [] }, hyper) =>
  sumW.map((value, index) => value * (lrMax[index] ?? Number.NaN) ** numberOf(hyper, 'weightLrPower'));

export const warmupRules = { warmup_steps: number('warmupSteps') };
export const rateScalars = { scheduled_lr: 'rate', k: 'k' } as const;
export const averageScalars = { lr_max: 'lrMax', weight_sum: weightSum, ckp1: 'c' } as const;

/** z = y + beta gap, where ours keeps the gap. */
export const baseIterate =
  (betaOf: (hyper: HyperValues) => number): DerivedBuffer =>
  ({ params, slots }, hyper) =>
    Array.from(params, (y, index) => y + betaOf(hyper) * (slots.gap?.[index] ?? Number.NaN));
