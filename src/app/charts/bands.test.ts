import { describe, expect, it } from 'vitest';
import { createSeedSummary, extendSeedSummary, medianOrNull } from './bands.ts';

describe('seed summary', () => {
  it('gives median, smallest and largest per step', () => {
    const summary = createSeedSummary(2);
    extendSeedSummary(summary, [[1, 10], [3, 30], [2, 20]], 2); // biome-ignore format: one row per seed
    expect([...summary.median]).toEqual([2, 20]);
    expect([...summary.low]).toEqual([1, 10]);
    expect([...summary.high]).toEqual([3, 30]);
  });

  it('averages the two middle values of an even number of seeds', () => {
    const summary = createSeedSummary(1);
    extendSeedSummary(summary, [[1], [2], [4], [8]], 1);
    expect(summary.median[0]).toBe(3);
  });

  it('leaves diverged seeds out while at least half are left, then ends', () => {
    const summary = createSeedSummary(2);
    extendSeedSummary(summary, [[1, 1], [3, Number.NaN], [Number.NaN, Number.NaN]], 2); // biome-ignore format: one row per seed
    expect(summary.median[0]).toBe(2);
    expect(summary.median[1]).toBeNaN();
  });

  it('continues where it stopped', () => {
    const summary = createSeedSummary(3);
    extendSeedSummary(summary, [[1], [3]], 1);
    extendSeedSummary(summary, [[99, 5, 7], [99, 5, 9]], 3); // biome-ignore format: one row per seed
    expect([...summary.median]).toEqual([2, 5, 8]);
  });
});

describe('median with missing values', () => {
  it('counts a missing value as worse than any other', () => {
    expect(medianOrNull([10, null, 30])).toBe(30);
    expect(medianOrNull([10, null, null])).toBeNull();
    expect(medianOrNull([])).toBeNull();
  });
  it('is missing when one of the two middle values is', () => {
    expect(medianOrNull([10, null])).toBeNull();
  });
});
