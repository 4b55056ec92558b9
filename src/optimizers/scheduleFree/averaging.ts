/**
 * What all Schedule-Free methods share: gradients at y, steps of z, and the weighted average x of z, which is what is evaluated.
 *
 *   y = beta x + (1 - beta) z;  u = the step at z, learning rate included;  z <- z - u;  x <- (1 - c) x + c z
 *   lrMax <- max(lrMax, rate);  w = t^r lrMax^p;  W <- W + w;  c = w / W, 0 while W is 0;  t = 1, 2, ...
 *
 * The parameters are y. Beside them one buffer is kept, gap = z - x, so that x = y - (1 - beta) gap and z = y + beta gap:
 *   y <- y + beta c gap - (c + (1 - beta) (1 - c)) u;  gap <- (1 - c) (gap - u)
 * The package keeps z and takes x as y + (1 - 1/beta) (z - y), which subtracts nearby vectors and does not exist at beta = 0. The gap is
 * as large as what it says, so float32 loses nothing, and every beta from 0 (plain averaging) on works.
 *
 * The weights are summed in units of lrMax^p, W = sumW lrMax^p: lrMax may be 1e-6 and p 10 without leaving float32, and with a constant
 * learning rate and r = 0 sumW counts the steps exactly. kept is 1 - c, from the sums: c may be so near to 1 that the difference has no digits.
 *
 * Paper: Defazio, Yang, Mehta, Mishchenko, Khaled and Cutkosky, "The Road Less Scheduled" (arXiv 2405.15682).
 */
import type { Algebra } from '../../kernels/algebra.ts';
import { type HyperValues, numberOf } from '../../kernels/step-program.ts';
import type { OptimizerDefinition } from '../definition.ts';

/** Scalars of the average. The package starts its largest learning rate at -1, which tells "no step yet" from "only steps of size 0". */
export const averagingScalars = {
  lrMax: { init: () => -1 },
  sumW: { init: () => 0 },
  c: { init: () => 0 },
  kept: { init: () => 1 },
} as const;

/** Weight t^r of the step that takes a counter to t = 1, 2, ..., before it is multiplied by lrMax^p. */
export function stepWeight(hyper: HyperValues, t: number): number {
  return t ** numberOf(hyper, 'r');
}

/** Linear warmup min(1, t / warmupSteps) of step t = 1, 2, ... */
export function warmupFactor(hyper: HyperValues, t: number): number {
  const steps = numberOf(hyper, 'warmupSteps');
  return t < steps ? t / steps : 1;
}

export interface Weighing<T> {
  /** Learning rate of this step (R, 1), warmup and schedule included. */
  readonly rate: T;
  /** t^r (R, 1). */
  readonly weight: T;
  /** p (R, 1). */
  readonly power: T;
  readonly scalars: { readonly lrMax: T; readonly sumW: T };
  constant(value: number): T;
}

/** The scalars of the average, (R, 1) each. */
export type Average<T> = Readonly<Record<keyof typeof averagingScalars, T>>;

/** New scalars of the average. */
export function weigh<T extends Algebra<T>>({ rate, weight, power, scalars, constant }: Weighing<T>): Average<T> {
  const lrMax = scalars.lrMax.maximum(rate);
  const hasRate = lrMax.greater(0);
  // 0^0 = 1: with p = 0 steps of size 0 weigh as much as any.
  const hasWeight = hasRate.logicalNot().logicalAnd(power.equal(0).logicalNot()).logicalNot();
  const before = scalars.lrMax.maximum(0).div(lrMax.where(hasRate, constant(1)));
  const sumBefore = scalars.sumW.mul(before.pow(power));
  const sumW = sumBefore.add(weight).where(hasWeight, scalars.sumW);
  const divisor = sumW.where(hasWeight, constant(1));
  const c = weight.div(divisor).where(hasWeight, constant(0));
  const kept = sumBefore.div(divisor).where(hasWeight, constant(1));
  return { lrMax, sumW, c, kept };
}

export interface Move<T> {
  readonly y: T; // (R, n)
  readonly gap: T; // (R, n)
  readonly u: T; // (R, n)
  readonly average: Pick<Average<T>, 'c' | 'kept'>; // after the step
  /** Share of the gap that y gains: beta c while beta stays the same. */
  readonly pull: T; // (R, 1)
  readonly oneMinusBeta: T; // (R, 1)
}

/** y and gap after z has moved by -u. */
export function move<T extends Algebra<T>>({ y, gap, u, average: { c, kept }, pull, oneMinusBeta }: Move<T>): Record<'y' | 'gap', T> {
  return { y: y.add(gap.mul(pull)).sub(u.mul(c.add(kept.mul(oneMinusBeta)))), gap: gap.sub(u).mul(kept) };
}

export const scheduleFreePaper = {
  title: 'The Road Less Scheduled',
  authors: 'Defazio, Yang, Mehta, Mishchenko, Khaled, Cutkosky',
  year: 2024,
  arxiv: '2405.15682',
} as const;

export const gapDeviation =
  'Besides the parameters y, the difference z - x is kept instead of z: the same points, without subtracting nearby vectors in float32.';

export const points: NonNullable<OptimizerDefinition['points']> = {
  gradient: 'y',
  evaluation: 'x (average)',
  meaning: 'Gradients are taken at y, between the fast iterate z and its weighted average x; x is what is evaluated and kept.',
};
