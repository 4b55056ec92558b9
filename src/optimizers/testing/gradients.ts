import type { ParamLayout } from '../../kernels/layout.ts';
import { Random } from './random.ts';

/**
 * Recorded-like gradient streams, which do not depend on the parameters.
 * - drift: a fixed direction plus noise, so that a distance estimate has something to find
 * - sparse: nine entries in ten exactly zero
 * - zero: all zero at every step
 * - bursts: drift with all-zero steps and steps a thousand times larger
 * - reversal: drift that turns back from step 8 on, so that what was learnt becomes wrong
 */
export const STREAMS = ['drift', 'sparse', 'zero', 'bursts', 'reversal'] as const;
export type StreamKind = (typeof STREAMS)[number];

/** For bettors that assume gradients of at most 1 and leave the range of float32 within a few steps beyond that. */
export const GRADIENTS_WITHIN_BOUND = {
  // A power of two, so that scaled float32 numbers stay float32 numbers. A burst, a thousand times larger, is beyond the bound.
  scale: 2 ** -10,
  reason: 'The method assumes gradients of at most 1; beyond that its wealth multiplies in every step.',
} as const;

/** Gradients (R, n) of step t, float32 numbers with zero padding; every row has its own. All are multiplied by `scale`. A pure function of all arguments. */
export function gradientsAt(kind: StreamKind, layout: ParamLayout, rows: number, seed: number, t: number, scale = 1): Float64Array {
  const direction = new Random(seed);
  const noise = new Random(seed * 7919 + t + 1);
  return fillRows(layout, rows, () => {
    const drift = scale * (direction.normal() + 0.3 * noise.normal());
    switch (kind) {
      case 'drift':
        return drift;
      case 'sparse':
        return noise.uniform() < 0.1 ? drift : 0;
      case 'zero':
        return 0;
      case 'bursts':
        return t % 5 === 3 ? 0 : t % 5 === 4 ? 1000 * drift : drift;
      case 'reversal':
        return t < 8 ? drift : -drift;
      default:
        return kind satisfies never;
    }
  });
}

/** Standard normal starting points (R, n), float32 numbers with zero padding. */
export function startingPoints(layout: ParamLayout, rows: number, seed: number): Float64Array {
  const random = new Random(seed);
  return fillRows(layout, rows, () => random.normal());
}

function fillRows(layout: ParamLayout, rows: number, next: () => number): Float64Array {
  const result = new Float64Array(rows * layout.n);
  for (let row = 0; row < rows; row += 1) {
    for (const { offset, size } of layout.tensors) {
      for (let element = 0; element < size; element += 1) result[row * layout.n + offset + element] = Math.fround(next());
    }
  }
  return result;
}
