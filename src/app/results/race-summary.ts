import { useEffect, useState } from 'react';
import { findOptimizer, findWorkload } from '../store/definitions.ts';
import { nearestSetting, racerLabels } from '../store/labels.ts';
import type { RaceState } from '../store/race-store.ts';
import { findTuned } from '../store/settings.ts';
import { raceStore } from '../store/store.ts';
import { type RaceSummary, summarize, type Tuning } from './summary.ts';

/** Numbers that change faster cannot be read, and the machine has training to do. */
const PERIOD_MS = 500;

/** The results of the race on screen, or null when there is none. */
export function summaryOf({ samples, config, status }: RaceState): RaceSummary | null {
  if (!samples) return null;
  const race = samples.config;
  return summarize({
    samples,
    isActive: status === 'running' || status === 'paused' || status === 'loading',
    metric: findWorkload(race.workload.id)?.metrics[0] ?? null,
    definitionOf: findOptimizer,
    labels: racerLabels(race),
    isHidden: (key) => config.racers.find((racer) => racer.key === key)?.hidden ?? false,
    tuningOf(racer, definition): Tuning {
      const nearest = nearestSetting(racer, race);
      const tuned = nearest?.setting.id === 'tuned' && nearest.changed.length === 0 ? findTuned(definition, race) : null;
      return tuned
        ? { kind: 'tuned', trials: tuned.trials, runs: tuned.runs, matches: tuned.matches, why: tuned.why }
        : { kind: 'untuned' };
    },
  });
}

let last: { readonly state: RaceState; readonly summary: RaceSummary | null } | null = null;

/** Computed once for all that show it. */
function currentSummary(): RaceSummary | null {
  const state = raceStore.getState();
  const before = last?.state;
  const isSame = (['samples', 'version', 'config', 'status'] as const).every((part) => before?.[part] === state[part]);
  if (!last || !isSame) last = { state, summary: summaryOf(state) };
  return last.summary;
}

/** The summary, at most twice a second while a race runs and at once when it starts, stops or is edited. */
export function useRaceSummary(): RaceSummary | null {
  const [summary, setSummary] = useState(currentSummary);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const refresh = () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      setSummary(currentSummary());
    };
    refresh();
    const release = raceStore.subscribe((state, before) => {
      if (state.samples !== before.samples || state.config !== before.config || state.status !== before.status) refresh();
      else if (state.version !== before.version && timer === null) timer = setTimeout(refresh, PERIOD_MS);
    });
    return () => {
      release();
      if (timer !== null) clearTimeout(timer);
    };
  }, []);
  return summary;
}
