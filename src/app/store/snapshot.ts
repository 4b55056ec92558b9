import type { BackendInfo, RaceResult } from '../../engine/result.ts';
import { createSamples, type RaceSamples, type RunSamples } from './samples.ts';

/** First evaluation at or past the target, or null. */
function timeToTarget(run: RunSamples, target: RaceResult['target'], isLowerBetter: boolean): RaceResult['runs'][number]['timeToTarget'] {
  if (!target) return null;
  const reached = run.evaluations.find(({ metrics: [value] }) =>
    value === undefined ? false : isLowerBetter ? value <= target.value : value >= target.value,
  );
  return reached ? { steps: reached.step, seconds: reached.seconds } : null;
}

/** Steps this run has made so far: up to its own end, never past what the race has measured. */
const madeSteps = (run: RunSamples, count: number) => Math.min(run.divergence ? run.divergence.step + 1 : run.horizonSteps, count);

/**
 * What has been measured so far as a result, whatever state the race is in: for export, history and sharing of a race
 * that is running, was stopped or failed. Arrays are copies.
 */
export function resultOfSamples(
  samples: RaceSamples,
  facts: { readonly backend: BackendInfo; readonly version: string; readonly finishedAt: string; readonly isLowerBetter: boolean },
): RaceResult {
  const { count } = samples;
  return {
    format: 1,
    config: samples.config,
    backend: facts.backend,
    version: facts.version,
    finishedAt: facts.finishedAt,
    state: samples.runs.every((run) => run.divergence !== null || count >= run.horizonSteps) ? 'finished' : 'stopped',
    fingerprints: samples.fingerprints,
    seconds: samples.seconds.slice(0, count),
    runs: samples.runs.map((run) => ({
      racerKey: run.racerKey,
      seed: run.seed,
      horizonSteps: run.horizonSteps,
      columns: run.columns,
      stateBytes: run.stateBytes,
      series: run.series.map((column) => column.slice(0, madeSteps(run, count))),
      evaluations: [...run.evaluations],
      divergence: run.divergence,
      timeToTarget: timeToTarget(run, samples.target, facts.isLowerBetter),
    })),
    target: samples.target,
  };
}

/** A stored result as samples for the charts. `totalSteps` is the longest horizon, so that a stopped race keeps its axis. */
export function samplesOfResult(result: RaceResult, evaluationPeriod: number): RaceSamples {
  const totalSteps = Math.max(1, result.seconds.length, ...result.runs.map((run) => run.horizonSteps));
  const samples = createSamples({
    config: result.config,
    totalSteps,
    evaluationPeriod,
    fingerprints: result.fingerprints,
    target: result.target,
    runs: result.runs,
  });
  samples.seconds.set(result.seconds.subarray(0, totalSteps));
  samples.count = Math.min(result.seconds.length, totalSteps);
  samples.runs.forEach((run, index) => {
    const stored = result.runs[index];
    if (!stored) return;
    run.series.forEach((column, c) => {
      const values = stored.series[c];
      if (values) column.set(values.subarray(0, totalSteps));
    });
    run.evaluations.push(...stored.evaluations);
    run.divergence = stored.divergence;
  });
  return samples;
}
