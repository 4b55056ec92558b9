import { describe, expect, it } from 'vitest';
import { SEARCH_SPACE, searchPoints } from './search-space.ts';

const regularization = { labelSmoothing: true, dropout: true, auxDropout: true };

describe('search space', () => {
  it('keeps every point inside the stated ranges', () => {
    for (const point of searchPoints(64, { regularization })) {
      expect(point.lr).toBeGreaterThanOrEqual(SEARCH_SPACE.lr.min);
      expect(point.lr).toBeLessThanOrEqual(SEARCH_SPACE.lr.max);
      // 1 - beta was rounded to 6 digits of beta: 1e-6 absolute.
      expect(1 - point.beta1).toBeGreaterThanOrEqual(SEARCH_SPACE.oneMinusBeta1.min - 1e-6);
      expect(1 - point.beta1).toBeLessThanOrEqual(SEARCH_SPACE.oneMinusBeta1.max + 1e-6);
      expect(1 - point.beta2).toBeGreaterThanOrEqual(SEARCH_SPACE.oneMinusBeta2.min - 1e-6);
      expect(1 - point.beta2).toBeLessThanOrEqual(SEARCH_SPACE.oneMinusBeta2.max + 1e-6);
      expect(point.weightDecay).toBeGreaterThanOrEqual(SEARCH_SPACE.weightDecay.min);
      expect(point.weightDecay).toBeLessThanOrEqual(SEARCH_SPACE.weightDecay.max);
      expect(SEARCH_SPACE.warmup.of).toContain(point.warmup);
      expect(SEARCH_SPACE.labelSmoothing.of).toContain(point.labelSmoothing);
      expect(SEARCH_SPACE.dropout.of).toContain(point.dropout);
    }
  });

  it('tries every choice, and no dropout where the model has none', () => {
    const points = searchPoints(64, { regularization });
    expect(new Set(points.map(({ warmup }) => warmup)).size).toBe(3);
    expect(new Set(points.map(({ labelSmoothing }) => labelSmoothing)).size).toBe(3);
    expect(new Set(points.map(({ dropout }) => dropout)).size).toBe(2);
    expect(new Set(points.map(({ dropout, auxDropout }) => `${dropout} ${auxDropout}`)).size).toBe(4);
    const without = searchPoints(16, { regularization: { labelSmoothing: true, dropout: false, auxDropout: false } });
    expect(without.every(({ dropout, auxDropout }) => dropout === 0 && auxDropout === undefined)).toBe(true);
  });
});
