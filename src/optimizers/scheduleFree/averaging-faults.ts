import type { Algebra } from '../../kernels/algebra.ts';
import type { HyperValues } from '../../kernels/step-program.ts';
import type { Average, Move, Weighing } from './averaging.ts';

/** Wrong averages that somebody could have written, for every method that averages. */
export const AVERAGING_FAULTS = {
  latestRate: 'the weight uses the latest learning rate, not the largest so far',
  powerIgnored: 'the weight ignores the learning rate',
  sumNotRescaled: 'the sum of weights keeps the units of an older learning rate',
  rIgnored: 'the weight ignores r',
  oldSum: 'c divides by the sum without the newest weight',
  evenAtZero: 'steps of size 0 count although the power is not 0',
  powerZeroAtZero: 'steps of size 0 do not count although the power is 0',
  oldZ: 'x averages z as it was before the step',
  yIsX: 'y is x: no interpolation',
  yIsZ: 'y is z: no interpolation',
  noPull: 'y does not follow the average of the old gap',
} as const;
export type AveragingFault = keyof typeof AVERAGING_FAULTS;

/** `weigh` with a fault, or none. */
export function weighWith<T extends Algebra<T>>(
  fault: string | null,
  { rate, weight: given, power: exponent, scalars, constant }: Weighing<T>,
): Average<T> {
  const weight = fault === 'rIgnored' ? constant(1) : given;
  const power = fault === 'powerIgnored' ? constant(0) : exponent;
  const lrMax = fault === 'latestRate' ? rate : scalars.lrMax.maximum(rate);
  const hasRate = lrMax.greater(0);
  const isEven = fault === 'powerZeroAtZero' ? constant(0).greater(0) : power.equal(0);
  const counted = hasRate.logicalNot().logicalAnd(isEven.logicalNot()).logicalNot();
  const hasWeight = fault === 'evenAtZero' ? lrMax.greater(-1) : counted;
  const before = scalars.lrMax.maximum(0).div(lrMax.where(hasRate, constant(1)));
  const sumBefore = fault === 'sumNotRescaled' ? scalars.sumW : scalars.sumW.mul(before.pow(power));
  const sumW = sumBefore.add(weight).where(hasWeight, scalars.sumW);
  const whole = sumW.where(hasWeight, constant(1));
  const divisor = fault === 'oldSum' ? sumBefore.maximum(weight) : whole;
  const c = weight.div(divisor).where(hasWeight, constant(0));
  const kept = sumBefore.div(whole).where(hasWeight, constant(1));
  return { lrMax, sumW, c, kept };
}

/** `move` with a fault, or none. */
export function moveWith<T extends Algebra<T>>(
  fault: string | null,
  { y, gap, u, average: { c, kept }, pull, oneMinusBeta }: Move<T>,
): Record<'y' | 'gap', T> {
  const whole = kept.mul(0).add(1);
  const share = fault === 'oldZ' ? whole.mul(oneMinusBeta) : c.add(kept.mul(fault === 'yIsX' ? kept.mul(0) : oneMinusBeta));
  const interpolated = y.add(gap.mul(fault === 'noPull' ? pull.mul(0) : pull)).sub(u.mul(fault === 'yIsZ' ? whole : share));
  const moved = fault === 'oldZ' ? gap.mul(kept).sub(u) : gap.sub(u).mul(kept);
  return { y: interpolated, gap: moved };
}

/** Settings in which every part of the average shows; `pace` makes the steps as large as the parameters. */
export const averagingScenarios = (pace: HyperValues) =>
  [
    { label: 'defaults', hyper: {} },
    { label: 'late steps', hyper: { weightDecay: 0.3, ...pace, r: 1.5 } },
    { label: 'cubic weights', hyper: { ...pace, weightLrPower: 3, r: 0.5 } },
    { label: 'even weights', hyper: { ...pace, weightLrPower: 0, r: 1 } },
    { label: 'no learning rate', hyper: { ...pace, lr: 0 } },
    { label: 'no learning rate, even weights', hyper: { ...pace, lr: 0, weightLrPower: 0 } },
  ] as const;
