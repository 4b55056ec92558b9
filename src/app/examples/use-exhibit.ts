import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { frameScheduler } from '../charts/frame-scheduler.ts';
import type { RunSamples } from '../store/samples.ts';
import { raceStore } from '../store/store.ts';

/** What is shown of one run, at the moment it was drawn. */
export interface ExhibitMoment {
  readonly run: RunSamples;
  readonly shown: RunSamples['exhibit'];
  readonly divergence: RunSamples['divergence'];
}

function momentOf(racerKey: string | null, seed: number | null): ExhibitMoment | null {
  const runs = raceStore.getState().samples?.runs.filter((candidate) => candidate.racerKey === racerKey) ?? [];
  const run = runs.find((candidate) => candidate.seed === seed) ?? runs[0];
  return run ? { run, shown: run.exhibit, divergence: run.divergence } : null;
}

/**
 * The last exhibit of a racer's run, redrawn in turn with the charts: when another run is asked for, when an evaluation brings a new one, and
 * when the run diverges. A seed that the racer has not is its first one.
 */
export function useExhibit(racerKey: string | null, seed: number | null): ExhibitMoment | null {
  const [moment, setMoment] = useState<ExhibitMoment | null>(null);
  useEffect(() => {
    let drawn: ExhibitMoment | null = null;
    const draw = frameScheduler.add(() => {
      drawn = momentOf(racerKey, seed);
      flushSync(() => setMoment(drawn));
    });
    const release = raceStore.subscribe((state, before) => {
      if (state.samples === before.samples && state.version === before.version) return;
      const next = momentOf(racerKey, seed);
      const isSame = next?.run === drawn?.run && next?.shown === drawn?.shown && next?.divergence === drawn?.divergence;
      if (!isSame) draw.invalidate(state.samples !== before.samples);
    });
    draw.invalidate(true);
    return () => {
      release();
      draw.remove();
    };
  }, [racerKey, seed]);
  return moment;
}
