import { describe, expect, it } from 'vitest';
import { formatSetting, lastFinite, meanOf, settledAt } from './findings.ts';

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

  it('averages a part of a series', () => {
    expect(meanOf([1, 2, 3, 4], 1, 2)).toBe(2.5);
    expect(meanOf([1, 2], -5, 1)).toBe(1.5);
    expect(meanOf([], 0, -1)).toBeNaN();
  });

  it('writes settings without what arithmetic adds', () => {
    expect(formatSetting(10 * 1e-6)).toBe('1e-5');
    expect(formatSetting(1.234e-6)).toBe('1.234e-6');
    expect(formatSetting(0.1 + 0.2)).toBe('0.3');
    expect(formatSetting(5)).toBe('5');
  });
});
