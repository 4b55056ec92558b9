import type { RacerSummary } from './summary.ts';

/** State is shown in one unit for all racers, so that the column can be compared at a glance. */
export interface ByteUnit {
  readonly label: 'kB' | 'MB';
  readonly bytes: number;
}

export function byteUnit(racers: readonly RacerSummary[]): ByteUnit {
  return Math.max(0, ...racers.map(({ stateBytes }) => stateBytes)) >= 1e6 ? { label: 'MB', bytes: 1e6 } : { label: 'kB', bytes: 1e3 };
}

/** Keys of the racers that hold a column's best value; nobody while there is nothing to compare. */
export function bestKeys(
  racers: readonly RacerSummary[],
  read: (racer: RacerSummary) => number | null,
  direction: 'lower' | 'higher',
): ReadonlySet<string> {
  const values = racers.flatMap((racer) => read(racer) ?? []);
  if (values.length < 2) return new Set();
  const best = direction === 'lower' ? Math.min(...values) : Math.max(...values);
  return new Set(racers.filter((racer) => read(racer) === best).map(({ racerKey }) => racerKey));
}

/** Seconds a racer would have taken alone: steps x its own ms/step. */
export function aloneSeconds({ stepsToTarget }: RacerSummary, soloMs: number | undefined): number | null {
  return stepsToTarget === null || soloMs === undefined ? null : (stepsToTarget * soloMs) / 1000;
}
