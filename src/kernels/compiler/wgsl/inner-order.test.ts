import { expect, test } from 'vitest';
import type { GpuMatMul } from './fold-gathers.ts';
import { withFoursLast } from './inner-order.ts';
import { filterGradientSchedule } from './testing/schedules.ts';

const gradient = (batch: number, side: number): GpuMatMul => filterGradientSchedule(batch, side, 8, 16).kernels[0] as GpuMatMul;

test('the largest digit that comes in fours becomes the last one of k, in both operands', () => {
  const given = gradient(64, 7);
  const moved = withFoursLast(given);
  expect(moved.k).toEqual([7, 7, 64]);
  const [m, k] = [given.m.length, given.k.length];
  const strides = (of: GpuMatMul) => [of.a.at.strides.slice(m), of.b.at.strides.slice(0, k)];
  expect(strides(moved)).toEqual(strides(given).map(([batch, y, x]) => [y, x, batch]));
  // Rows and columns stay where they are.
  expect([moved.a.at.strides.slice(0, m), moved.b.at.strides.slice(k)]).toEqual([
    given.a.at.strides.slice(0, m),
    given.b.at.strides.slice(k),
  ]);
  expect(moved.a.at.guards.map(({ coefficients }) => coefficients.slice(m))).toEqual(
    given.a.at.guards.map(({ coefficients: all }) => [all[m + 1], all[m + 2], all[m]]),
  );
});

test('a product whose last digit comes in fours, or that has no such digit, stays as it is', () => {
  for (const given of [gradient(64, 8), gradient(2, 7)]) expect(withFoursLast(given)).toBe(given);
});
