import { describe, expect, it } from 'vitest';
import { haltonBases, haltonPoints, radicalInverse } from './halton.ts';

describe('scrambled Halton points', () => {
  it('use the primes just before the largest below 1000', () => {
    expect(haltonBases(7)).toEqual([947, 953, 967, 971, 977, 983, 991]);
  });

  it('invert the digits of the index', () => {
    // 6 = 110 in base 2 -> 0.011 = 3/8; 5 = 12 in base 3 -> 0.21 = 7/9.
    expect(radicalInverse(6, [0, 1])).toBe(3 / 8);
    // Sum of two rounded fractions: 1 ulp.
    expect(radicalInverse(5, [0, 1, 2])).toBeCloseTo(7 / 9, 15);
    // Digits 1 and 2 swapped: 12 becomes 21 -> 0.12 = 5/9.
    expect(radicalInverse(5, [0, 2, 1])).toBeCloseTo(5 / 9, 15);
  });

  it('are a pure function of the seed and differ between seeds', () => {
    expect(haltonPoints(16, 6, 1)).toEqual(haltonPoints(16, 6, 1));
    expect(haltonPoints(16, 6, 1)).not.toEqual(haltonPoints(16, 6, 2));
  });

  it('fill every dimension evenly', () => {
    const points = haltonPoints(64, 7, 1);
    for (let dimension = 0; dimension < 7; dimension++) {
      const values = points.map((point) => point[dimension] as number);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...values)).toBeLessThan(1);
      expect(new Set(values).size).toBe(64);
      // Every quarter gets its share of 16; a fair coin would leave a quarter under 8 once in 200, the sequence not at this seed.
      for (let quarter = 0; quarter < 4; quarter++) {
        expect(values.filter((value) => Math.floor(4 * value) === quarter).length).toBeGreaterThanOrEqual(8);
      }
    }
  });
});
