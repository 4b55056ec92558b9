import type { RaceConfig } from '../../engine/config.ts';
import type { Divergence, EvaluationPoint, RaceResult, RunInfo, SeedFingerprint } from '../../engine/result.ts';
import type { Exhibit } from '../../workloads/exhibit.ts';

/** What a run's model made of a few validation rows at its last evaluation. Never stored: a race that is not live has none. */
export interface ShownExhibit {
  readonly step: number;
  readonly exhibit: Exhibit;
}

/** What has been measured about one run of the shown race. Arrays have room for the whole horizon; `count` steps are filled. */
export interface RunSamples extends RunInfo {
  /** One array per column of `columns`, length `totalSteps`, NaN where not observed. */
  readonly series: readonly Float32Array[];
  readonly evaluations: EvaluationPoint[];
  divergence: Divergence | null;
  exhibit: ShownExhibit | null;
}

/**
 * The samples of the race on screen, live or recorded. Lives outside React and is mutated in place;
 * the store's `version` tells charts that something was added.
 */
export interface RaceSamples {
  readonly config: RaceConfig;
  readonly totalSteps: number;
  readonly evaluationPeriod: number;
  readonly fingerprints: readonly SeedFingerprint[];
  readonly target: RaceResult['target'];
  readonly runs: readonly RunSamples[];
  /** Training seconds after each step, length `totalSteps`. */
  readonly seconds: Float32Array;
  /** Race steps filled so far. */
  count: number;
}

/** Room for a race that is about to start. */
export function createSamples(facts: {
  readonly config: RaceConfig;
  readonly totalSteps: number;
  readonly evaluationPeriod: number;
  readonly fingerprints: readonly SeedFingerprint[];
  readonly target: RaceResult['target'];
  readonly runs: readonly RunInfo[];
}): RaceSamples {
  return {
    ...facts,
    runs: facts.runs.map((run) => ({
      ...run,
      series: run.columns.map(() => new Float32Array(facts.totalSteps).fill(Number.NaN)),
      evaluations: [],
      divergence: null,
      exhibit: null,
    })),
    seconds: new Float32Array(facts.totalSteps).fill(Number.NaN),
    count: 0,
  };
}

/** Appends one `samples` event: per run a row-major (count, columns) block. */
export function appendSamples(
  samples: RaceSamples,
  batch: { readonly firstStep: number; readonly count: number; readonly runs: readonly Float32Array[]; readonly seconds: Float32Array },
): void {
  samples.seconds.set(batch.seconds, batch.firstStep);
  samples.runs.forEach((run, index) => {
    const block = batch.runs[index];
    if (!block) return;
    const width = run.columns.length;
    run.series.forEach((column, c) => {
      for (let i = 0; i < batch.count; i++) column[batch.firstStep + i] = block[i * width + c] ?? Number.NaN;
    });
  });
  samples.count = Math.max(samples.count, batch.firstStep + batch.count);
}
