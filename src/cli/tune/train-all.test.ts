import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../../engine/config.ts';
import { defaultRace } from '../../engine/default-config.ts';
import { openParts } from './train-all.ts';

const [racer] = defaultRace.racers;
const runs = (count: number): readonly RunConfig[] =>
  Array.from({ length: count }, (_, index) => ({
    racer: racer ?? expect.fail('the default race has no racer'),
    seed: 1 + index,
    horizonSteps: 10,
    schedule: defaultRace.schedule,
  }));
const batches = [10, 40, 3].map((count) => ({ workload: 'digits', options: {}, batch: 64, runs: runs(count) }));

describe('runs to be trained', () => {
  it('are every missing one once, with its own settings, over the processes and few at a time', () => {
    const isDone = (index: number, run: number) => index === 2 || (index === 0 && run < 4);
    const parts = openParts(batches, isDone, 2);
    const found = parts.flatMap(({ index, runs: numbers }) => numbers.map((run) => `${index} ${run}`));
    expect(new Set(found).size).toBe(found.length);
    expect(found.length).toBe(6 + 40);
    expect(found).not.toContain('0 3');
    expect(parts.map(({ runs: { length } }) => length)).toEqual([3, 3, 8, 8, 8, 8, 8]);
    for (const { index, runs: numbers, request } of parts) {
      expect(request.batch.runs).toEqual(numbers.map((run) => batches[index]?.runs[run]));
    }
  });

  it('are none when all are done', () => expect(openParts(batches, () => true, 2)).toEqual([]));
});
