import { useEffect, useMemo, useState } from 'react';
import { crosshair } from '../charts/crosshair.ts';
import { raceStore } from '../store/store.ts';
import { momentOf, type RunMoment } from './run-values.ts';

/** The step that charts point at, followed at most once per frame. */
function usePointedStep(): number | null {
  const [pointed, setPointed] = useState(() => crosshair.get());
  useEffect(() => {
    let request = 0;
    const unsubscribe = crosshair.subscribe(() => {
      cancelAnimationFrame(request);
      request = requestAnimationFrame(() => setPointed(crosshair.get()));
    });
    return () => {
      unsubscribe();
      cancelAnimationFrame(request);
    };
  }, []);
  return pointed;
}

/** The step of a racer that its card shows; follows the race on screen and the charts' crosshair, at most once per frame. */
export function useMoment(racerKey: string | null, optimizer: string): RunMoment | null {
  const samples = raceStore((state) => state.samples);
  // Samples are mutated in place; the version, which grows at most once per frame, tells when.
  const version = raceStore((state) => state.version);
  const pointed = usePointedStep();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for what is in the samples
  return useMemo(() => momentOf(samples, racerKey, optimizer, pointed), [samples, version, racerKey, optimizer, pointed]);
}
