import { describe, expect, it } from 'vitest';
import { median, rankTrials, trialScore } from './select.ts';
import type { RunRecord } from './study.ts';

const run = (trial: number, seed: number, best: number | null): RunRecord => ({
  trial,
  seed,
  best,
  last: best,
  divergedAt: null,
  backend: 'test',
  seconds: 1,
});

describe('selection of trials', () => {
  it('takes the median over seeds', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(trialScore([0.1, 0.5, 0.2], 'lower')).toBe(0.2);
  });

  it('counts a diverged run as worst, whichever direction is better', () => {
    expect(trialScore([0.1, null, 0.2], 'lower')).toBe(0.2);
    expect(trialScore([null, null, 0.2], 'lower')).toBe(Number.POSITIVE_INFINITY);
    expect(trialScore([0.1, null], 'lower')).toBe(Number.POSITIVE_INFINITY);
    expect(trialScore([0.9, null], 'higher')).toBe(Number.NEGATIVE_INFINITY);
  });

  it('ranks by score, ties by order of trial', () => {
    const records = [run(0, 1, 0.3), run(1, 1, 0.1), run(2, 1, 0.3), run(3, 1, null)];
    expect(rankTrials(records, 4, [1], 'lower').map(({ trial }) => trial)).toEqual([1, 0, 2, 3]);
    expect(rankTrials(records, 4, [1], 'higher').map(({ trial }) => trial)).toEqual([0, 2, 1, 3]);
  });

  it('refuses to rank an unfinished study', () => {
    expect(() => rankTrials([run(0, 1, 0.3)], 1, [1, 2], 'lower')).toThrow(/trial 0 has no run with seed 2/);
  });
});
