import type { RaceResult } from '../../engine/result.ts';
import { type SharedRace, sharedSteps } from '../../engine/url.ts';

/** What a link says about a run: eight losses per run, infinity from the step at which the run diverged, NaN where it did not get to. */
export function sharedOf(result: RaceResult): SharedRace {
  return {
    config: result.config,
    runs: result.runs.map(({ racerKey, seed, horizonSteps, columns, series, divergence }) => {
      const loss = series[columns.indexOf('loss')];
      const lossAt = (step: number) => (divergence && step >= divergence.step ? Number.POSITIVE_INFINITY : (loss?.[step] ?? Number.NaN));
      return { racerKey, seed, losses: sharedSteps(horizonSteps).map(lossAt) };
    }),
    fingerprints: result.fingerprints,
    backend: { id: result.backend.id, adapter: result.backend.adapter },
    version: result.version,
  };
}
