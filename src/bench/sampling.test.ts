import { describe, expect, test } from 'vitest';
import { Sampler, spreadOf } from './sampling.ts';

describe('quartiles', () => {
  test('of an odd number of values are values', () => {
    expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ q1: 2, median: 3, q3: 4 });
  });

  test('of an even number of values lie between', () => {
    expect(spreadOf([4, 1, 3, 2])).toEqual({ q1: 1.75, median: 2.5, q3: 3.25 });
  });

  test('of nothing are an error', () => {
    expect(() => spreadOf([])).toThrow('no values');
  });
});

test('a sample takes as many steps as fill the time asked for', async () => {
  const counts: number[] = [];
  const sampler = new Sampler({
    place: 'a test',
    facts: null,
    advance: async (count) => {
      counts.push(count);
      const until = performance.now() + 2 * count;
      while (performance.now() < until);
      return 0;
    },
    losses: async () => [],
    dispose() {},
  });
  const first = await sampler.sample(20);
  const second = await sampler.sample(20);
  expect(first.steps).toBe(1);
  expect(first.stepMs).toBeGreaterThanOrEqual(2);
  // 2 ms of pure waiting per step; a busy machine makes steps longer, and then fewer fill the time.
  expect(counts[1]).toBeGreaterThan(1);
  expect(counts[1]).toBeLessThanOrEqual(10);
  expect(second.steps * second.stepMs).toBeGreaterThanOrEqual(2 * second.steps);
});
