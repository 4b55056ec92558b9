import { useShallow } from 'zustand/react/shallow';
import { raceStore } from '../store/store.ts';
import { progressOf } from './progress.ts';

/** How far the race is, in a fraction and in words; follows the race on screen. */
export function useProgress(): ReturnType<typeof progressOf> {
  // `version` belongs to what is read: samples are mutated in place.
  const { version: _, ...facts } = raceStore(
    useShallow(({ status, loading, samples, source, stepsPerSecond, secondsLeft, version }) => ({
      status,
      loading,
      samples,
      source,
      stepsPerSecond,
      secondsLeft,
      version,
    })),
  );
  return progressOf(facts);
}
