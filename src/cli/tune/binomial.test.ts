import { expect, it } from 'vitest';
import { binomialInterval } from './binomial.ts';

it('gives the exact intervals of 10 trials', () => {
  // Table values of Clopper and Pearson's interval, four digits.
  for (const [hits, low, high] of [
    [0, 0, 0.3085],
    [1, 0.0025, 0.445],
    [2, 0.0252, 0.5561],
    [5, 0.1871, 0.8129],
    [8, 0.4439, 0.9748],
    [10, 0.6915, 1],
  ] as const) {
    const [found, upper] = binomialInterval(hits, 10);
    expect(found).toBeCloseTo(low, 4);
    expect(upper).toBeCloseTo(high, 4);
  }
});
