import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketEdges, decimate } from './decimate.ts';

const value = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0) },
);
const series = fc.record({
  values: fc.array(value, { maxLength: 3000 }),
  more: fc.nat({ max: 4000 }),
  limit: fc.integer({ min: 4, max: 250 }),
  xScale: fc.constantFrom('linear' as const, 'log' as const),
  positiveOnly: fc.boolean(),
});

describe('decimate', () => {
  it('returns increasing indices, never more than the limit', () => {
    fc.assert(
      fc.property(series, ({ values, more, limit, xScale, positiveOnly }) => {
        const indices = decimate(values, values.length, bucketEdges(values.length + more, xScale, limit), positiveOnly);
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
      fc.property(series, ({ values, more, limit, xScale, positiveOnly }) => {
        const shown = values.map((v, i) => ({ v, i })).filter(({ v }) => Number.isFinite(v) && (!positiveOnly || v > 0));
        const indices = decimate(values, values.length, bucketEdges(values.length + more, xScale, limit), positiveOnly);
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
    expect(decimate([Number.NaN, 1, Number.NaN, 3, Number.NaN], 5, bucketEdges(5, 'linear'), false)).toEqual([1, 2, 3]);
  });

  it('keeps a gap of two buckets as a value that cannot be drawn', () => {
    const values = Float32Array.from({ length: 2000 }, (_, i) => (i >= 800 && i < 850 ? Number.NaN : i));
    const indices = decimate(values, 2000, bucketEdges(2000, 'linear'), false);
    expect(indices.some((i) => i >= 800 && i < 850)).toBe(true);
  });

  it('keeps a single-step spike', () => {
    const values = new Float32Array(10_000).fill(1);
    values[7123] = 50;
    expect(decimate(values, 10_000, bucketEdges(10_000, 'linear'), false)).toContain(7123);
  });

  it('does not move earlier points while a race grows', () => {
    const values = Float32Array.from({ length: 5000 }, (_, i) => Math.sin(i * 12.9898) * 43758.5453);
    const edges = bucketEdges(5000, 'linear');
    const late = decimate(values, 5000, edges, false);
    // The last bucket may still be filling, and its end is kept as the line's last point: three indices at most.
    for (const index of decimate(values, 2500, edges, false).slice(0, -3)) expect(late).toContain(index);
  });

  it('treats values <= 0 as missing on a logarithmic axis', () => {
    expect(decimate([0, -1, 2, 0, 3], 5, bucketEdges(5, 'linear'), true)).toEqual([2, 3, 4]);
  });
});

describe('bucket edges', () => {
  it('cover the planned length exactly, in increasing order', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 4, max: 250 }),
        fc.constantFrom('linear' as const, 'log' as const),
        (planned, limit, xScale) => {
          const edges = bucketEdges(planned, xScale, limit);
          expect(edges[0]).toBe(0);
          expect(edges.at(-1)).toBe(planned);
          edges.forEach((edge, i) => {
            if (i > 0) expect(edge).toBeGreaterThan(edges[i - 1] as number);
          });
        },
      ),
    );
  });
  it('are fine at the start of a logarithmic axis', () => {
    const edges = bucketEdges(10_000, 'log');
    expect(edges.slice(0, 4)).toEqual([0, 1, 2, 3]);
    expect(edges.length).toBeGreaterThan(60);
  });
  it('refuse a limit that cannot hold the four extremes', () => {
    expect(() => bucketEdges(10, 'linear', 3)).toThrow('limit is 3');
  });
});
