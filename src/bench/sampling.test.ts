import { afterEach, describe, expect, test, vi } from 'vitest';
import { Sampler, spreadOf } from './sampling.ts';

afterEach(() => vi.restoreAllMocks());

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

test('a sample takes as many steps as fill the time asked for, up to a limit', async () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const counts: number[] = [];
  const sampler = new Sampler({
    // 3 ms per step, a third of it the host's.
    advance: async (count) => {
      counts.push(count);
      now += 3 * count;
      return count;
    },
  });
  expect(await sampler.sample(20)).toEqual({ steps: 1, stepMs: 3, hostMs: 1 });
  expect(await sampler.sample(20_000)).toEqual({ steps: 7, stepMs: 3, hostMs: 1 });
  await sampler.sample(5);
  await sampler.sample(20);
  expect(counts).toEqual([1, 7, 256, 4]);
});
