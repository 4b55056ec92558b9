import { describe, expect, it } from 'vitest';
import { defaultRace } from '../../engine/default-config.ts';
import type { RaceResult } from '../../engine/result.ts';
import { createHistory } from './race-history.ts';
import { createMemoryShelf, type KeptRace, MAX_KEPT, type RaceShelf, sizeOf, surplus } from './race-shelf.ts';

let clock = 0;
function raceNow(seed = 1): RaceResult {
  clock += 1;
  return {
    format: 1,
    config: { ...defaultRace, seed },
    backend: { id: 'wasm', adapter: 'WASM SIMD, 1 thread', isSoftware: true, reason: 'test' },
    version: '0.1.0',
    finishedAt: new Date(clock * 1000).toISOString(),
    state: 'finished',
    fingerprints: [],
    seconds: new Float32Array(4),
    runs: [],
    target: null,
  };
}

const seedOf = (result: RaceResult | null) => result?.config.seed;
const describeSeed = ({ seed }: { seed: number }) => `seed ${seed}`;

/** A shelf that takes at most `room` races and then fails as a browser does. */
function smallShelf(room: number): RaceShelf {
  const shelf = createMemoryShelf();
  return {
    ...shelf,
    async add(race, result) {
      if ((await shelf.list()).length >= room) throw new DOMException('no room', 'QuotaExceededError');
      await shelf.add(race, result);
    },
  };
}

describe('the history of finished races', () => {
  it('lists the newest first, opens, finds by configuration and deletes', async () => {
    const history = createHistory(async () => createMemoryShelf(), describeSeed);
    for (const seed of [1, 2, 1, 3]) await history.keep(raceNow(seed));
    expect(history.store.getState().races?.map(({ description }) => description)).toEqual(['seed 3', 'seed 1', 'seed 2', 'seed 1']);
    expect(seedOf(await history.latest(null))).toBe(3);
    expect(seedOf(await history.latest({ ...defaultRace, seed: 2 }))).toBe(2);
    expect(await history.latest({ ...defaultRace, seed: 9 })).toBeNull();
    const [newest] = history.store.getState().races as readonly KeptRace[];
    await history.remove([(newest as KeptRace).id]);
    expect(seedOf(await history.latest(null))).toBe(1);
    expect(history.store.getState().problem).toBeNull();
  });

  it('keeps no more than its limit', async () => {
    const history = createHistory(async () => createMemoryShelf(), describeSeed);
    for (let seed = 0; seed < MAX_KEPT + 3; seed++) await history.keep(raceNow(seed));
    const races = history.store.getState().races;
    expect(races).toHaveLength(MAX_KEPT);
    expect(races?.at(-1)?.description).toBe('seed 3');
  });

  it('makes room when the storage is full, and keeps the newest', async () => {
    const history = createHistory(async () => smallShelf(4), describeSeed);
    for (let seed = 1; seed <= 5; seed++) await history.keep(raceNow(seed));
    expect(history.store.getState().races?.map(({ description }) => description)).toEqual(['seed 5', 'seed 4', 'seed 3']);
    expect(history.store.getState().problem).toBeNull();
  });

  it('says so and keeps the race in memory when there is no room at all', async () => {
    const history = createHistory(async () => smallShelf(0), describeSeed);
    const id = await history.keep(raceNow(7));
    expect(history.store.getState().problem?.kind).toBe('full');
    expect(seedOf(await history.open(id))).toBe(7);
    expect(history.store.getState().races).toHaveLength(1);
  });

  it('says so and keeps races in memory when storage is blocked', async () => {
    const history = createHistory(() => Promise.reject(new DOMException('no', 'SecurityError')), describeSeed);
    const id = await history.keep(raceNow(8));
    expect(history.store.getState().problem?.kind).toBe('blocked');
    expect(seedOf(await history.open(id))).toBe(8);
    expect(seedOf(await history.latest(null))).toBe(8);
  });

  it('says so when a race cannot be read back', async () => {
    const history = createHistory(async () => createMemoryShelf(), describeSeed);
    expect(await history.open('gone')).toBeNull();
    expect(history.store.getState().problem?.kind).toBe('damaged');
  });
});

describe('what has to go', () => {
  const races = Array.from(
    { length: 6 },
    (_, i): KeptRace => ({ id: String(i), finishedAt: '', state: 'finished', description: '', sizeBytes: 10 }),
  );

  it('is the oldest beyond the count or the bytes, never the newest', () => {
    expect(surplus(races, 4, 1000)).toEqual(['4', '5']);
    expect(surplus(races, 50, 25)).toEqual(['2', '3', '4', '5']);
    expect(surplus(races, 50, 1)).toEqual(['1', '2', '3', '4', '5']);
    expect(surplus(races, 50, 1000)).toEqual([]);
  });

  it('is judged by the bytes of the arrays', () => {
    const race = raceNow();
    expect(sizeOf({ ...race, seconds: new Float32Array(1000) }) - sizeOf(race)).toBe(4 * 996);
  });
});
