import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSmoothing, extendSmoothing } from './smoothing.ts';

function smooth(raw: readonly number[], factor: number, scale: 'linear' | 'log' = 'linear'): Float32Array {
  const state = createSmoothing(raw.length, factor, scale);
  extendSmoothing(state, raw, raw.length);
  return state.values;
}

describe('smoothing', () => {
  it('changes nothing at factor 0', () => {
    expect([...smooth([3, 1, 2], 0)]).toEqual([3, 1, 2]);
  });

  it('starts at the first value and follows the debiased formula', () => {
    // (0.5 * 0.5 * 4 + 0.5 * 2) / (1 - 0.25) = 2.666..., float32.
    const [first, second] = smooth([4, 2], 0.5);
    expect(first).toBe(4);
    expect(second).toBeCloseTo(8 / 3, 6);
  });

  it('averages logarithms on a logarithmic axis, without the values that have none', () => {
    // exp((0.5 * 0.5 * ln 100 + 0.5 * ln 1) / (1 - 0.25)) = 100^(1/3).
    const [first, missing, last] = smooth([100, 0, 1], 0.5, 'log');
    expect(first).toBeCloseTo(100, 4);
    expect(missing).toBeNaN();
    expect(last).toBeCloseTo(100 ** (1 / 3), 5);
  });

  it('keeps a constant line constant and stays within the range of the data', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (raw, factor) => {
          const low = Math.min(...raw);
          const high = Math.max(...raw);
          // A weighted mean, rounded to float32 once: 1e-5 is 100 times that rounding at 100.
          for (const value of smooth(raw, factor)) {
            expect(value).toBeGreaterThanOrEqual(low - 1e-5);
            expect(value).toBeLessThanOrEqual(high + 1e-5);
          }
        },
      ),
    );
  });

  it('leaves missing values missing and goes on after them', () => {
    const values = smooth([1, Number.NaN, Number.POSITIVE_INFINITY, 1], 0.9);
    expect(values[1]).toBeNaN();
    expect(values[2]).toBeNaN();
    expect(values[3]).toBeCloseTo(1, 6);
  });

  it('gives the same values in one piece and in many', () => {
    const raw = Array.from({ length: 50 }, (_, i) => Math.sin(i));
    const pieces = createSmoothing(50, 0.8, 'linear');
    for (const count of [3, 3, 17, 50]) extendSmoothing(pieces, raw, count);
    expect([...pieces.values]).toEqual([...smooth(raw, 0.8)]);
  });

  it('refuses a factor of 1, which would never move', () => {
    expect(() => createSmoothing(4, 1, 'linear')).toThrow('below 1');
  });
});
