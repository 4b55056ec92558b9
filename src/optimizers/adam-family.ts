/**
 * What Adam, AdamW, NAdam and NAdamW share:
 *
 *   m <- beta1 m + (1 - beta1) g;  v <- beta2 v + (1 - beta2) g^2;  the step is divided by sqrt(v / bc2) + eps, bc_i = 1 - beta_i^(k+1)
 *
 * They differ in the gradient that enters (coupled or decoupled weight decay) and in the numerator of the step.
 */
import type { Algebra } from '../kernels/algebra.ts';
import { type HyperValues, numberOf, type StepInput } from '../kernels/step-program.ts';
import wgsl from './adam-family.wgsl?raw';

/** 1 - beta in float64: in float32 the difference would lose up to four digits for beta2 near 1. */
export function adamDerived(hyper: HyperValues): { readonly oneMinusBeta1: number; readonly oneMinusBeta2: number } {
  return { oneMinusBeta1: 1 - numberOf(hyper, 'beta1'), oneMinusBeta2: 1 - numberOf(hyper, 'beta2') };
}

/** Bias corrections 1 - beta^(k+1) of both moments at the run's own counter k = 0, 1, ... */
export function adamBiasCorrections(hyper: HyperValues, k: number): { readonly bc1: number; readonly bc2: number } {
  return { bc1: 1 - numberOf(hyper, 'beta1') ** (k + 1), bc2: 1 - numberOf(hyper, 'beta2') ** (k + 1) };
}

/** What a step of the family reads at least. */
export type AdamInput<T> = Pick<
  StepInput<
    T,
    {
      readonly hyper: 'beta1' | 'beta2' | 'eps' | 'weightDecay';
      readonly option: never;
      readonly slot: 'm' | 'v';
      readonly scalar: never;
      readonly derived: 'oneMinusBeta1' | 'oneMinusBeta2';
      readonly table: 'bc2';
    }
  >,
  'x' | 'g' | 'L' | 'hyper' | 'derived' | 'table' | 'slots'
>;

/** Both moments after the gradient g, and the divisor of the step. */
export function adamMoments<T extends Algebra<T>>(
  g: T,
  { hyper, derived, table, slots }: AdamInput<T>,
): { readonly m: T; readonly v: T; readonly root: T } {
  const m = slots.m.mul(hyper.beta1).add(g.mul(derived.oneMinusBeta1));
  const v = slots.v.mul(hyper.beta2).add(g.square().mul(derived.oneMinusBeta2));
  return { m, v, root: v.div(table.bc2).sqrt().add(hyper.eps) };
}

/** The gradient with coupled weight decay. */
export function coupledGradient<T extends Algebra<T>>({ x, g, hyper }: AdamInput<T>): T {
  return g.add(x.mul(hyper.weightDecay));
}

/** The parameters after decoupled weight decay, before the step. */
export function decayedParameters<T extends Algebra<T>>({ x, L, hyper }: AdamInput<T>): T {
  return x.sub(x.mul(L.mul(hyper.weightDecay)));
}

/** The parts that programs of the family have in common. */
export const adamProgramParts = {
  slots: { m: 'zero', v: 'zero' },
  scalars: {},
  segments: 'run',
  derived: adamDerived,
} as const;

/** WGSL of a member: the shared `adamMoments`, then its own text. */
export function withAdamMoments(own: string): string {
  return `${wgsl}\n${own}`;
}
