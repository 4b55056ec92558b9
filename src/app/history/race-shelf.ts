import type { RaceResult } from '../../engine/result.ts';

/** What the list of kept races shows; the race itself is read when it is opened. */
export interface KeptRace {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly finishedAt: string;
  readonly state: RaceResult['state'];
  readonly description: string;
  /** Estimated size of the stored result. */
  readonly sizeBytes: number;
}

/** Where finished races are kept: IndexedDB, or memory when the browser refuses it. Errors are the storage's own. */
export interface RaceShelf {
  /** Newest first. */
  list(): Promise<readonly KeptRace[]>;
  add(race: KeptRace, result: RaceResult): Promise<void>;
  read(id: string): Promise<RaceResult | null>;
  remove(ids: readonly string[]): Promise<void>;
}

/** Races are kept up to this many, and up to this many bytes together. */
export const MAX_KEPT = 50;
export const MAX_KEPT_BYTES = 100_000_000;

/** The oldest races that have to go so that what stays is within both limits; the newest one always stays. */
export function surplus(races: readonly KeptRace[], maxKept = MAX_KEPT, maxBytes = MAX_KEPT_BYTES): readonly string[] {
  let bytes = 0;
  return races.flatMap(({ id, sizeBytes }, index) => {
    bytes += sizeBytes;
    return index > 0 && (index >= maxKept || bytes > maxBytes) ? [id] : [];
  });
}

/** Bytes of a result's arrays, which is nearly all of it. */
export function sizeOf({ seconds, runs }: RaceResult): number {
  const arrays = runs.reduce(
    (sum, { series, evaluations }) => sum + series.reduce((bytes, { byteLength }) => bytes + byteLength, 0) + evaluations.length * 64,
    0,
  );
  return seconds.byteLength + arrays + 4096;
}

const newestFirst = (a: KeptRace, b: KeptRace) => b.finishedAt.localeCompare(a.finishedAt) || b.id.localeCompare(a.id);

export function sortShelf(races: readonly KeptRace[]): readonly KeptRace[] {
  return [...races].sort(newestFirst);
}

/** A shelf that lasts as long as the page. */
export function createMemoryShelf(): RaceShelf {
  const races = new Map<string, { readonly race: KeptRace; readonly result: RaceResult }>();
  return {
    list: async () => sortShelf([...races.values()].map(({ race }) => race)),
    add: async (race, result) => {
      races.set(race.id, { race, result });
    },
    read: async (id) => races.get(id)?.result ?? null,
    remove: async (ids) => {
      for (const id of ids) races.delete(id);
    },
  };
}
