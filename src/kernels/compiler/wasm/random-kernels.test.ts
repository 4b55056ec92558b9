import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Schedule } from '../schedule.ts';
import { compare, fillInputs } from './testing/compare.ts';
import { INDEX_ROWS, loopsSchedules, matMulSchedules } from './testing/random-kernels.ts';

/**
 * Sums of at most a few thousand terms of size 1 in float32, and a few functions of them, relative to the largest element: 2^-24 times
 * the square root of the terms is 4e-6; sums that cancel or are multiplied with each other lose another digit.
 */
const TOLERANCE = 1e-4;

async function holds(schedule: Schedule): Promise<void> {
  const { worst, where } = await compare(schedule, fillInputs(schedule, INDEX_ROWS));
  expect(worst, where).toBeLessThan(TOLERANCE);
}

test('random loops agree with float64', async () => {
  await fc.assert(fc.asyncProperty(loopsSchedules, holds), { numRuns: 300, endOnFailure: true });
});

test('random products agree with float64', async () => {
  await fc.assert(fc.asyncProperty(matMulSchedules, holds), { numRuns: 300, endOnFailure: true });
});
