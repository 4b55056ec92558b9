import { expect, test } from 'vitest';
import { averagePrecision, averagePrecisions, meanAveragePrecision } from './average-precision.ts';

const of = (...values: number[]): Float64Array => Float64Array.from(values);

test('a perfect ranking has average precision 1, the opposite one what is left of it', () => {
  expect(averagePrecision(of(4, 3, 2, 1), of(1, 1, 0, 0))).toBe(1);
  // Ones in the third and fourth place: (1/3 + 2/4) / 2.
  expect(averagePrecision(of(1, 2, 3, 4), of(1, 1, 0, 0))).toBeCloseTo(5 / 12, 15);
});

test('equal scores share one threshold: a constant score gives the share of ones', () => {
  expect(averagePrecision(of(7, 7, 7, 7, 7), of(0, 1, 0, 0, 1))).toBeCloseTo(2 / 5, 15);
  // -0 is 0.
  expect(averagePrecision(of(-0, 0, -1), of(1, 0, 0))).toBe(1 / 2);
});

test('a score that is not a number has no rank', () => {
  expect(averagePrecision(of(Number.NaN, 1), of(0, 1))).toBeNaN();
  expect(averagePrecision(of(Number.NaN, 1), of(1, 0))).toBeNaN();
});

test('columns without a one are left out of the mean', () => {
  const precisions = averagePrecisions([3, 1, 2, 2, 1, 3], [1, 0, 0, 0, 1, 0], 2);
  expect(precisions).toEqual([(1 + 2 / 3) / 2, null]);
  expect(meanAveragePrecision(precisions)).toBe((1 + 2 / 3) / 2);
  expect(meanAveragePrecision([null, null])).toBeNaN();
});
