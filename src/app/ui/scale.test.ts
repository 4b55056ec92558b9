import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { positionOf, SLIDER_STEPS, valueAt } from './scale.ts';

const RANGES = [
  ['log', 1e-7, 10],
  ['log', 0, 1],
  ['log', 1, 1e30],
  ['linear', 0, 0.5],
  ['log1m', 0, 0.9999],
  ['log1m', 0, 0.999999],
] as const;

describe.each(RANGES)('%s scale from %d to %d', (scale, min, max) => {
  test('ends of the slider are exactly the ends of the range', () => {
    expect(valueAt(0, min, max, scale)).toBe(min);
    expect(valueAt(SLIDER_STEPS, min, max, scale)).toBe(max);
    expect(positionOf(min, min, max, scale)).toBe(0);
    expect(positionOf(max, min, max, scale)).toBe(SLIDER_STEPS);
  });

  test('values stay in range and never fall as the slider rises', () => {
    let before: number = min;
    for (let position = 0; position <= SLIDER_STEPS; position++) {
      const value = valueAt(position, min, max, scale);
      expect(value).toBeGreaterThanOrEqual(before);
      expect(value).toBeLessThanOrEqual(max);
      before = value;
    }
  });

  test('positions stay on the slider for any value', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: min - 1, max: max + 1 }), (value) => {
        const position = positionOf(value, min, max, scale);
        expect(position).toBeGreaterThanOrEqual(0);
        expect(position).toBeLessThanOrEqual(SLIDER_STEPS);
      }),
    );
  });
});

test('half of a log slider from 1e-6 to 1 is about 1e-3', () => {
  expect(valueAt(SLIDER_STEPS / 2, 1e-6, 1, 'log')).toBe(1e-3);
});

test('a slider position of beta2 = 0.999 leads back to 0.999', () => {
  expect(valueAt(positionOf(0.999, 0, 0.999999, 'log1m'), 0, 0.999999, 'log1m')).toBe(0.999);
});

test('a log1m slider gives values without stray digits', () => {
  for (let position = 0; position <= SLIDER_STEPS; position += 7) {
    expect(String(valueAt(position, 0, 0.999999, 'log1m')).length).toBeLessThanOrEqual(10);
  }
});
