import type { Event } from '../../engine/protocol.ts';
import type { BackendInfo } from '../../engine/result.ts';
import type { RaceSamples } from './samples.ts';

/** One racer of the race on screen, measured alone. */
export interface SoloMeasurement {
  readonly msPerStep: number;
  /** Whether its losses alone are those of the race, bit for bit; null where the two cannot be compared. */
  readonly hasSameBits: boolean | null;
}

/** @param raceBackend where the race on screen ran, or null for a race that was not run here */
export function soloMeasurement(
  { racerKey, msPerStep, losses, backend }: Extract<Event, { type: 'solo' }>,
  samples: RaceSamples | null,
  raceBackend: BackendInfo | null,
): SoloMeasurement {
  const run = samples?.runs.find((entry) => entry.racerKey === racerKey && entry.seed === samples.config.seed);
  const inRace = run?.series[run.columns.indexOf('loss')];
  const isSamePlace = raceBackend?.id === backend.id && raceBackend.adapter === backend.adapter;
  if (samples === null || inRace === undefined || !isSamePlace) return { msPerStep, hasSameBits: null };
  const count = Math.min(losses.length, samples.count);
  if (count === 0) return { msPerStep, hasSameBits: null };
  // By value, except that NaN equals NaN; no loss is -0.
  return { msPerStep, hasSameBits: losses.subarray(0, count).every((loss, step) => Object.is(loss, inRace[step])) };
}
