import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absoluteValues, constantSchedule, follow, type Problem, quadratic, symmetricLogistic, twoNorm } from '../dadapt/testing/follow.ts';
import { dadaptDualAveraging } from './dadaptDualAveraging.ts';

const STEPS = 2000;

function estimates(problem: Problem, d0: number, mult = constantSchedule(STEPS)): readonly number[] {
  return follow(dadaptDualAveraging, { d0 }, problem, mult).d;
}

describe('the estimate of dual averaging on |x - c|', () => {
  it.each([0.01, 1, 100])('is half the distance after 2,000 steps, for a distance of %d', (D) => {
    const d = estimates(absoluteValues([1], [D]), 1e-6).at(-1) ?? Number.NaN;
    // The ratio 0.50 is known to two digits: half of the second one. Where x crosses c depends on D / d0 and moves the third digit.
    expect(Math.abs(d / D - 0.5)).toBeLessThan(0.005);
  });

  it('is multiplied by 10 in every step where c and d0 are', () => {
    const small = estimates(absoluteValues([1], [1]), 1e-6);
    const large = estimates(absoluteValues([1], [10]), 1e-5);
    // Some thousand roundings of 1e-16, none of which is amplified: the method is exactly equivariant.
    for (const [step, d] of small.entries()) expect(Math.abs((large[step] ?? Number.NaN) / (10 * d) - 1)).toBeLessThan(1e-12);
  });

  it('does not depend on the size of the gradients', () => {
    const plain = estimates(absoluteValues([1], [1]), 1e-6);
    // A power of two, so that nothing is rounded.
    expect(estimates(absoluteValues([1024], [1]), 1e-6)).toEqual(plain);
  });

  it('starts at 0 after the first step, because gamma starts at the root of the first squared gradient', () => {
    const { runner } = follow(dadaptDualAveraging, { d0: 0.1 }, quadratic([3, 0.5], [1, -2]), constantSchedule(1));
    expect(Math.abs(runner.scalar(0, 'dHat')[0] ?? Number.NaN)).toBeLessThan(1e-16);
  });
});

const entries = (min: number, max: number, minLength: number, maxLength: number) =>
  fc.array(fc.double({ min, max, noNaN: true }), { minLength, maxLength });
/** Solutions at a distance of 1e-3 to 1e3 from the start, which is 0. */
const solution = fc
  .tuple(entries(-1, 1, 1, 6), fc.double({ min: -3, max: 3, noNaN: true }))
  .filter(([direction]) => twoNorm(direction) > 0.1)
  .map(([direction, exponent]) => direction.map((value) => (value / twoNorm(direction)) * 10 ** exponent));
const convex = solution.chain((c) => {
  const weights = entries(0.01, 100, c.length, c.length);
  const row = entries(-2, 2, c.length, c.length);
  return fc.oneof(
    weights.map((a) => ({ kind: 'absolute values', problem: absoluteValues(a, c), D: twoNorm(c) })),
    weights.map((a) => ({ kind: 'quadratic', problem: quadratic(a, c), D: twoNorm(c) })),
    fc.array(row, { minLength: 1, maxLength: 8 }).map((rows) => ({ kind: 'logistic', problem: symmetricLogistic(rows, c), D: twoNorm(c) })),
  );
});
/** Any multipliers that are not negative, zero among them. */
const schedule = fc.array(fc.oneof(fc.constant(0), fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })), {
  minLength: 300,
  maxLength: 300,
});

describe('the estimate of dual averaging on convex problems', () => {
  const runs = process.env.FULL ? 3000 : 100;

  it('never exceeds the distance, whatever the schedule, once d0 does not', () => {
    fc.assert(
      fc.property(convex, schedule, fc.double({ min: -8, max: 0, noNaN: true }), ({ problem, D }, mult, exponent) => {
        const d0 = D * 10 ** exponent;
        const largest = Math.max(...estimates(problem, d0, Float64Array.from(mult)));
        // Rounding of sums of 300 terms.
        return largest <= D * (1 + 1e-12);
      }),
      { numRuns: runs },
    );
  });

  it('comes within a factor of ten of it, so that the bound says something', () => {
    for (const problem of [absoluteValues([1, 2, 0.5], [1, -0.3, 2]), quadratic([1, 2, 0.5], [1, -0.3, 2])]) {
      const d = estimates(problem, 1e-6).at(-1) ?? Number.NaN;
      expect(d / twoNorm([1, -0.3, 2])).toBeGreaterThan(0.1);
    }
  });
});

describe('the average that dual averaging evaluates', () => {
  it('is that of the points where gradients were taken, weighted by the d of their time', () => {
    const problem = absoluteValues([1, 2], [1, -0.3]);
    const steps = 40;
    const d0 = 0.05;
    const { d } = follow(dadaptDualAveraging, { d0 }, problem, constantSchedule(steps));
    const weights = [d0, ...d.slice(0, -1)];
    const points = weights.map((_, step) => {
      const mult = constantSchedule(steps);
      // The point before step k is the one after k steps; a schedule of zeros keeps it.
      mult.fill(0, step);
      return follow(dadaptDualAveraging, { d0 }, problem, mult).runner.params;
    });
    const total = weights.reduce((sum, w) => sum + w, 0);
    const { runner } = follow(dadaptDualAveraging, { d0 }, problem, constantSchedule(steps));
    runner.evalParams.forEach((value, i) => {
      const expected = weights.reduce((sum, w, step) => sum + (w / total) * (points[step]?.[i] ?? Number.NaN), 0);
      expect(Math.abs(value - expected)).toBeLessThan(1e-14);
    });
  });

  it('brings the loss down to 2 % of its start on a sum of absolute values', () => {
    const problem = absoluteValues([1, 2, 3], [1, -0.3, 0.77]);
    const { runner } = follow(dadaptDualAveraging, {}, problem, constantSchedule(STEPS));
    expect(problem.loss(runner.evalParams)).toBeLessThan(0.02 * problem.loss(new Float64Array(3)));
  });
});
