import { create } from 'zustand';
import type { RaceConfig } from '../../engine/config.ts';
import type { RaceResult } from '../../engine/result.ts';
import { countChanges } from '../store/changes.ts';
import { createMemoryShelf, type KeptRace, type RaceShelf, sizeOf, sortShelf, surplus } from './race-shelf.ts';

/** Something about storage that the visitor should know: what happened, and what to do. Nothing on screen is affected. */
export interface StorageProblem {
  readonly kind: 'blocked' | 'full' | 'damaged';
  readonly message: string;
  readonly advice: string;
}

export interface HistoryState {
  /** Newest first; null until the storage has been read. */
  readonly races: readonly KeptRace[] | null;
  readonly problem: StorageProblem | null;
}

const BLOCKED: StorageProblem = {
  kind: 'blocked',
  message: 'This browser does not let the page store anything, so finished races are kept only until the page is closed.',
  advice: 'Leave the private window or allow site data for this page to keep them; Export saves a race as a file.',
};
const FULL: StorageProblem = {
  kind: 'full',
  message: 'The storage that the browser gives this page is full, so the last race is kept only until the page is closed.',
  advice: 'Delete races in History to make room; Export saves a race as a file.',
};
const DAMAGED: StorageProblem = {
  kind: 'damaged',
  message: 'A kept race could not be read back.',
  advice: 'Delete it in History; the others are not affected.',
};

const isFull = (error: unknown) => error instanceof Error && error.name === 'QuotaExceededError';

/** Names are unique even for two races that end within one millisecond. */
const newId = (finishedAt: string) => `${finishedAt}-${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36)}`;

/**
 * Finished races, kept across visits. Every method resolves: what the storage refuses becomes a `problem` and is kept in memory instead.
 * @param openShelf opens the lasting storage; called once, on first use.
 */
export function createHistory(openShelf: () => Promise<RaceShelf>, describe: (config: RaceConfig) => string) {
  const store = create<HistoryState>()(() => ({ races: null, problem: null }));
  const memory = createMemoryShelf();
  let opening: Promise<RaceShelf> | null = null;

  function lasting(): Promise<RaceShelf> {
    opening ??= openShelf().catch(() => {
      store.setState({ problem: BLOCKED });
      return memory;
    });
    return opening;
  }

  /** Shelves in use: the lasting one, and memory for what it did not take. */
  async function shelves(): Promise<readonly RaceShelf[]> {
    const shelf = await lasting();
    return shelf === memory ? [memory] : [shelf, memory];
  }

  async function refresh(): Promise<readonly KeptRace[]> {
    const lists = await Promise.all((await shelves()).map((shelf) => shelf.list().catch(() => [])));
    const races = sortShelf(lists.flat());
    store.setState({ races });
    return races;
  }

  async function addLasting(shelf: RaceShelf, race: KeptRace, result: RaceResult): Promise<void> {
    try {
      await shelf.add(race, result);
    } catch (error) {
      const kept = isFull(error) ? await shelf.list() : [];
      if (kept.length === 0) throw error;
      // Make room once, with the older half, rather than lose the race that has just been run.
      await shelf.remove(kept.slice(Math.floor(kept.length / 2)).map(({ id }) => id));
      await shelf.add(race, result);
    }
  }

  return {
    store,
    refresh,

    /** Keeps a race and drops the oldest beyond the limits. Resolves to its id. */
    async keep(result: RaceResult): Promise<string> {
      const { finishedAt, state, config } = result;
      const race: KeptRace = { id: newId(finishedAt), finishedAt, state, description: describe(config), sizeBytes: sizeOf(result) };
      const shelf = await lasting();
      try {
        await addLasting(shelf, race, result);
        if (store.getState().problem?.kind === 'full') store.setState({ problem: null });
      } catch (error) {
        await memory.add(race, result);
        store.setState({ problem: isFull(error) ? FULL : BLOCKED });
      }
      for (const each of await shelves()) {
        const tooMany = surplus(await each.list().catch(() => []));
        if (tooMany.length > 0) await each.remove(tooMany).catch(() => undefined);
      }
      await refresh();
      return race.id;
    },

    /** A kept race; null, and a problem, when it cannot be read. */
    async open(id: string): Promise<RaceResult | null> {
      for (const shelf of await shelves()) {
        const result = await shelf.read(id).catch(() => null);
        if (result) return result;
      }
      store.setState({ problem: DAMAGED });
      return null;
    },

    async remove(ids: readonly string[]): Promise<void> {
      for (const shelf of await shelves()) await shelf.remove(ids).catch(() => store.setState({ problem: BLOCKED }));
      const { problem } = store.getState();
      if (problem && problem.kind !== 'blocked') store.setState({ problem: null });
      await refresh();
    },

    /** The newest kept race of exactly this configuration; of any when `config` is null. */
    async latest(config: RaceConfig | null): Promise<RaceResult | null> {
      const races = await refresh();
      for (const { id } of races) {
        const result = await this.open(id);
        if (!config) return result;
        if (result && countChanges(config, result.config) === 0) return result;
      }
      return null;
    },

    dismissProblem: () => store.setState({ problem: null }),
  };
}

export type RaceHistory = ReturnType<typeof createHistory>;
