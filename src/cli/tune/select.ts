import type { MetricSpec } from '../../workloads/definition.ts';
import type { RunRecord } from './study.ts';

type Direction = MetricSpec['direction'];

/** The value no run wants: what a diverged one counts as. */
const worst = (direction: Direction): number => (direction === 'lower' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY);

/** Median; the mean of the two middle values for an even count. An infinite middle stays infinite. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('the median of no values');
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] as number;
  if (sorted.length % 2 === 1) return upper;
  const lower = sorted[(sorted.length >> 1) - 1] as number;
  return Number.isFinite(lower) && Number.isFinite(upper) ? (lower + upper) / 2 : upper;
}

/** What a trial is judged by: the median over seeds of the best validation value, diverged runs counting as worst. */
export function trialScore(values: readonly (number | null)[], direction: Direction): number {
  const scored = values.map((value) => value ?? worst(direction));
  // For 'higher' the median of the negated values, so that an even count with a diverged run counts as worst there, too.
  return direction === 'lower' ? median(scored) : -median(scored.map((value) => -value));
}

export interface TrialScore {
  readonly trial: number;
  readonly score: number;
  /** Best validation value per seed, in the order of `seeds`. */
  readonly values: readonly (number | null)[];
}

/** Scores of all trials, best first; equal scores in the order in which they were tried. Throws when a run is missing. */
export function rankTrials(
  records: readonly RunRecord[],
  trials: number,
  seeds: readonly number[],
  direction: Direction,
): readonly TrialScore[] {
  const byRun = new Map(records.map((record) => [`${record.trial} ${record.seed}`, record]));
  const scores = Array.from({ length: trials }, (_, trial): TrialScore => {
    const values = seeds.map((seed) => {
      const record = byRun.get(`${trial} ${seed}`);
      if (record === undefined) throw new Error(`trial ${trial} has no run with seed ${seed}`);
      return record.best;
    });
    return { trial, score: trialScore(values, direction), values };
  });
  const sign = direction === 'lower' ? 1 : -1;
  return scores.sort((a, b) => (a.score === b.score ? a.trial - b.trial : sign * (a.score - b.score)));
}
