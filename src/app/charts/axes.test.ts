import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createScale,
  type Domain,
  fitDomain,
  invertScale,
  niceCeil,
  niceFloor,
  secondsDomain,
  stepDomain,
  tickLabels,
  ticks,
} from './axes.ts';

const positive = fc.double({ min: 1e-12, max: 1e12, noNaN: true });

describe('scales', () => {
  it('map the ends of the domain to the ends of the range and back', () => {
    const log = createScale('log', [1e-3, 10], [200, 0]);
    expect(log(1e-3)).toBeCloseTo(200, 9);
    expect(log(0.1)).toBeCloseTo(100, 9);
    expect(log(10)).toBeCloseTo(0, 9);
    expect(invertScale('log', [1e-3, 10], [200, 0])(100)).toBeCloseTo(0.1, 12);
    expect(invertScale('linear', [0, 500], [40, 140])(90)).toBe(250);
  });
});

describe('round numbers', () => {
  it('enclose any positive value between neighbours of 1, 2, 5 x 10^k', () => {
    fc.assert(
      fc.property(positive, (value) => {
        // Relative slack 1e-8: values within 1e-9 of a round number count as that number.
        expect(niceCeil(value)).toBeGreaterThanOrEqual(value * (1 - 1e-8));
        expect(niceFloor(value)).toBeLessThanOrEqual(value * (1 + 1e-8));
        expect(niceCeil(value) / niceFloor(value)).toBeLessThan(2.51);
      }),
    );
  });
  it('are exact decimals', () => {
    expect(niceCeil(1.3e-5)).toBe(2e-5);
    expect(niceFloor(3e-7)).toBe(2e-7);
  });
});

describe('fitted domain', () => {
  it('holds every value of ordinary data, in round numbers', () => {
    expect(fitDomain([0.013, 2.3, 0.9], [], 'log')).toEqual([0.01, 5]);
    expect(fitDomain([0.5, 0.62], [], 'linear')).toEqual([0.5, 0.62]);
    expect(fitDomain([0.02, 0.9], [], 'linear')).toEqual([0, 1]);
  });

  it('leaves little of a narrow log axis empty', () => {
    expect(fitDomain([0.453, 0.71], [], 'log')).toEqual([0.4, 0.8]);
    expect(fitDomain([2.63, 5.5], [], 'log')).toEqual([2.5, 6]);
    expect(fitDomain([0.13, 2.3], [], 'log')).toEqual([0.1, 2.5]);
  });

  it('ignores a few values far outside, but never what must be kept', () => {
    const values = Array.from({ length: 1000 }, (_, i) => 1 + i / 1000);
    const wild = [...values, 1e9, 1e12];
    const [, high] = fitDomain(wild, [], 'linear') as Domain;
    expect(high).toBeLessThan(10);
    const [low, kept] = fitDomain(wild, [0.001, 40], 'linear') as Domain;
    expect(kept).toBeGreaterThanOrEqual(40);
    expect(low).toBeLessThanOrEqual(0.001);
  });

  it('drops NaN, infinity and, on a log axis, what is not positive', () => {
    expect(fitDomain([Number.NaN, Number.POSITIVE_INFINITY, 0, -5, 1, 100], [0], 'log')).toEqual([1, 100]);
    expect(fitDomain([Number.NaN, 0], [-1], 'log')).toBeNull();
  });

  it('opens around a constant', () => {
    const [low, high] = fitDomain([3, 3], [], 'log') as Domain;
    expect(low).toBeLessThan(3);
    expect(high).toBeGreaterThan(3);
    const [from, to] = fitDomain([0, 0], [], 'linear') as Domain;
    expect(from).toBeLessThan(0);
    expect(to).toBeGreaterThan(0);
  });

  it('always holds the kept values and ends in finite, increasing numbers', () => {
    fc.assert(
      fc.property(
        fc.array(positive, { maxLength: 300 }),
        fc.array(positive, { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        (values, keep, isLog) => {
          const [low, high] = fitDomain(values, keep, isLog ? 'log' : 'linear') as Domain;
          expect(high).toBeGreaterThan(low);
          for (const value of keep) {
            // 1e-8: rounding to neighbours that equal the value but for the rounding of log10.
            expect(value).toBeGreaterThanOrEqual(low - Math.abs(low) * 1e-8);
            expect(value).toBeLessThanOrEqual(high + Math.abs(high) * 1e-8);
          }
        },
      ),
    );
  });
});

describe('ticks', () => {
  it('are decades on a wide log axis, thinned when there are many', () => {
    expect(ticks([1e-4, 1], 'log', 5)).toEqual([1e-4, 1e-3, 1e-2, 1e-1, 1]);
    expect(ticks([1e-12, 1], 'log', 5).length).toBeLessThanOrEqual(6);
  });
  it('are filled in on a narrow log axis', () => {
    expect(ticks([0.1, 5], 'log', 5)).toEqual([0.1, 0.3, 1, 3]);
    expect(ticks([1, 8], 'log', 5)).toEqual([1, 2, 5]);
    expect(ticks([0.4, 0.8], 'log', 5)).toEqual([0.4, 0.5, 0.6, 0.8]);
    expect(ticks([2, 6], 'log', 5)).toEqual([2, 2.5, 3, 4, 5, 6]);
    expect(ticks([2, 2.5], 'log', 5)).toEqual([2, 2.1, 2.2, 2.3, 2.4, 2.5]);
  });
  it('are exact round numbers on a linear axis', () => {
    expect(ticks([0, 0.7], 'linear', 5)).toEqual([0, 0.2, 0.4, 0.6]);
    expect(ticks([0, 1000], 'linear', 6)).toEqual([0, 200, 400, 600, 800, 1000]);
  });
  it('stay inside the domain and few', () => {
    fc.assert(
      fc.property(
        positive,
        fc.double({ min: 1.01, max: 1e10, noNaN: true }),
        fc.boolean(),
        fc.integer({ min: 2, max: 8 }),
        (low, ratio, isLog, target) => {
          const domain: Domain = [low, low * ratio];
          const result = ticks(domain, isLog ? 'log' : 'linear', target);
          expect(result.length).toBeGreaterThanOrEqual(1);
          expect(result.length).toBeLessThanOrEqual(4 * target + 2);
          for (const tick of result) {
            expect(tick).toBeGreaterThanOrEqual(low - (domain[1] - low) * 1e-3);
            expect(tick).toBeLessThanOrEqual(domain[1] + (domain[1] - low) * 1e-3);
          }
        },
      ),
    );
  });
  it('are labelled in one style', () => {
    expect(tickLabels([0.1, 1, 10], 'log')).toEqual(['0.1', '1', '10']);
    expect(tickLabels([1e-6, 1e-3, 1], 'log')).toEqual(['10⁻⁶', '10⁻³', '10⁰']);
    expect(tickLabels([2e-5, 5e-5], 'log')).toEqual(['2·10⁻⁵', '5·10⁻⁵']);
    expect(tickLabels([0, 10_000, 20_000], 'linear')).toEqual(['0', '10\u202f000', '20\u202f000']);
    expect(tickLabels([-0.5, 0, 0.5], 'linear')).toEqual(['\u22120.5', '0', '0.5']);
  });
});

describe('x axis', () => {
  it('spans the whole horizon from step 0, and from step 1 on a log axis', () => {
    expect(stepDomain(500, 'linear')).toEqual([0, 500]);
    expect(stepDomain(500, 'log')).toEqual([1, 500]);
  });
  it('extrapolates seconds while running and ends exactly when finished', () => {
    const seconds = Float32Array.from({ length: 100 }, (_, i) => (i + 1) / 8);
    expect(secondsDomain(seconds, 10, 100, 'linear')).toEqual([0, 15]);
    expect(secondsDomain(seconds, 100, 100, 'linear')).toEqual([0, 12.5]);
    expect(secondsDomain(seconds, 0, 100, 'linear')).toEqual([0, 1]);
    expect(secondsDomain(seconds, 100, 100, 'log')).toEqual([0.1, 12.5]);
  });
});
