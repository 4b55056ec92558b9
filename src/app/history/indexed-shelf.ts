import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { RaceResult } from '../../engine/result.ts';
import { type KeptRace, type RaceShelf, sortShelf } from './race-shelf.ts';

interface Schema extends DBSchema {
  /** What the list shows, so that opening it reads no results. */
  races: { key: string; value: KeptRace };
  results: { key: string; value: RaceResult };
}

const OPEN_MS = 4000;

/** Some browsers never answer when storage is blocked or another tab holds an old version open. */
function withinTime<T>(promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new DOMException('The browser did not open its storage in time.', 'TimeoutError')), OPEN_MS);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Races in this browser's IndexedDB. Rejects when the browser refuses storage. */
export async function openIndexedShelf(name = 'freestep'): Promise<RaceShelf> {
  const database: IDBPDatabase<Schema> = await withinTime(
    openDB<Schema>(name, 1, {
      upgrade(created) {
        created.createObjectStore('races', { keyPath: 'id' });
        created.createObjectStore('results');
      },
      // A newer Freestep in another tab wants to change the layout: give way.
      blocking(_current, _blocked, event) {
        (event.target as IDBDatabase | null)?.close();
      },
    }),
  );
  return {
    list: async () => sortShelf(await database.getAll('races')),
    async add(race, result) {
      const transaction = database.transaction(['races', 'results'], 'readwrite', { durability: 'relaxed' });
      await Promise.all([
        transaction.objectStore('races').put(race),
        transaction.objectStore('results').put(result, race.id),
        transaction.done,
      ]);
    },
    read: async (id) => (await database.get('results', id)) ?? null,
    async remove(ids) {
      const transaction = database.transaction(['races', 'results'], 'readwrite');
      const removals = ids.flatMap((id) => [transaction.objectStore('races').delete(id), transaction.objectStore('results').delete(id)]);
      await Promise.all([...removals, transaction.done]);
    },
  };
}
