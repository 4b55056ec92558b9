import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimate } from './decimate.ts';

const value = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0) },
);
const series = fc.record({
  values: fc.array(value, { maxLength: 3000 }),
  more: fc.nat({ max: 4000 }),
  limit: fc.integer({ min: 4, max: 250 }),
  positiveOnly: fc.boolean(),
});

describe('decimate', () => {
  it('returns increasing indices, never more than the limit', () => {
    fc.assert(
      fc.property(series, ({ values, more, limit, positiveOnly }) => {
        const indices = decimate(values, values.length, values.length + more, positiveOnly, limit);
        expect(indices.length).toBeLessThanOrEqual(limit);
        indices.forEach((index, i) => {
          if (i > 0) expect(index).toBeGreaterThan(indices[i - 1] as number);
          expect(index).toBeLessThan(values.length);
        });
      }),
    );
  });

  it('keeps the first, last, smallest and largest value that can be drawn', () => {
    fc.assert(
      fc.property(series, ({ values, more, limit, positiveOnly }) => {
        const shown = values.map((v, i) => ({ v, i })).filter(({ v }) => Number.isFinite(v) && (!positiveOnly || v > 0));
        const indices = decimate(values, values.length, values.length + more, positiveOnly, limit);
        const kept = indices.map((i) => values[i] as number).filter((v) => Number.isFinite(v) && (!positiveOnly || v > 0));
        if (shown.length === 0) {
          expect(kept).toEqual([]);
          return;
        }
        expect(indices[0]).toBe(shown[0]?.i);
        expect(indices.at(-1)).toBe(shown.at(-1)?.i);
        expect(Math.min(...kept)).toBe(Math.min(...shown.map(({ v }) => v)));
        expect(Math.max(...kept)).toBe(Math.max(...shown.map(({ v }) => v)));
      }),
    );
  });

  it('keeps every value, gaps included, when there are few enough', () => {
    expect(decimate([Number.NaN, 1, Number.NaN, 3, Number.NaN], 5, 5, false)).toEqual([1, 2, 3]);
  });

  it('keeps a gap of two buckets as a value that cannot be drawn', () => {
    const values = Float32Array.from({ length: 2000 }, (_, i) => (i >= 800 && i < 850 ? Number.NaN : i));
    const indices = decimate(values, 2000, 2000, false);
    expect(indices.some((i) => i >= 800 && i < 850)).toBe(true);
  });

  it('keeps a single-step spike', () => {
    const values = new Float32Array(10_000).fill(1);
    values[7123] = 50;
    expect(decimate(values, 10_000, 10_000, false)).toContain(7123);
  });

  it('does not move earlier points while a race grows', () => {
    const values = Float32Array.from({ length: 5000 }, (_, i) => Math.sin(i * 12.9898) * 43758.5453);
    const early = decimate(values, 2500, 5000, false);
    const late = decimate(values, 5000, 5000, false);
    // The last bucket may still be filling, and its end is kept as the line's last point: three indices at most.
    for (const index of early.slice(0, -3)) expect(late).toContain(index);
  });

  it('treats values <= 0 as missing on a logarithmic axis', () => {
    expect(decimate([0, -1, 2, 0, 3], 5, 5, true)).toEqual([2, 3, 4]);
  });

  it('refuses a limit that cannot hold the four extremes', () => {
    expect(() => decimate([1], 1, 1, false, 3)).toThrow('limit is 3');
  });
});
