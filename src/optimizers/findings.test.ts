import { describe, expect, it } from 'vitest';
import { formatNumber, lastFinite, settledAt } from './findings.ts';

describe('findings', () => {
  it('looks for the last finite entry', () => {
    expect(lastFinite([1, 2, Number.NaN, Number.POSITIVE_INFINITY])).toBe(1);
    expect(lastFinite([Number.NaN])).toBe(-1);
    expect(lastFinite([])).toBe(-1);
  });

  it('finds where a series has come within 5 % for good', () => {
    expect(settledAt([1, 2, 10, 5, 9.9, 10], 5)).toBe(4);
    expect(settledAt([3, 3, 3], 2)).toBe(0);
    expect(settledAt([1, 2], 1)).toBe(1);
  });

  it.each([
    [1e-6, '1e-6'],
    [0.012345, '0.0123'],
    [1234.5, '1230'],
    [1.5e-8, '1.5e-8'],
    [2.34e7, '2.34e7'],
    [0, '0'],
    [-3e-9, '-3e-9'],
  ])('writes %d as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});
