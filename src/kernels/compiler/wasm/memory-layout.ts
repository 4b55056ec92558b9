import { alignBytes, CONSTANTS_START, type ExternalBuffer, type GeneratedModule } from './generate.ts';
import type { PlannedBytes } from './wasm-program.ts';

/** Runs firstRun .. firstRun + runs - 1 compute these parts in order. */
export interface Segment {
  readonly firstRun: number;
  readonly runs: number;
  readonly parts: readonly string[];
}

export interface PlacedExternal extends ExternalBuffer {
  /** Address per run, undefined for runs that do not use it; the only one for a shared external. */
  readonly addresses: readonly (number | undefined)[];
}

/** Where everything is in a program's memory. Plain data: it can be posted to another thread. */
export interface MemoryLayout {
  readonly runs: number;
  readonly externals: Readonly<Record<string, PlacedExternal>>;
  /** Per entry: the number of the first step of each run, and the number after the last. */
  readonly entries: Readonly<Record<string, readonly number[]>>;
  /** Steps as pairs (place in the table, address of a row of addresses), then the rows. */
  readonly plan: { readonly address: number; readonly words: Int32Array };
  readonly arenas: readonly number[];
  readonly bytes: number;
  readonly plannedBytes: PlannedBytes;
  readonly arenaBytesWithoutReuse: number;
}

/** Vectors may be read a little beyond the last buffer. */
const END_BYTES = 64;

/**
 * Places constants, plan, shared externals, arenas and the externals of each run, run after run.
 * Throws an error that names a part that does not exist or a run out of range.
 */
export function planMemory(
  module: GeneratedModule,
  runs: number,
  entries: Readonly<Record<string, readonly Segment[]>>,
  arenaCount: number,
): MemoryLayout {
  const partsOfRuns = mapEntries(entries, (segments, entry) => partsPerRun(module, runs, segments, entry));
  let next = CONSTANTS_START;
  const take = (bytes: number): number => {
    const address = next;
    next += alignBytes(bytes);
    return address;
  };
  take(module.constants.length);
  const constants = next - CONSTANTS_START;

  const rows = new RowTable(module);
  const steps: { readonly part: string; readonly run: number }[] = [];
  const firstSteps = mapEntries(partsOfRuns, (partsOfRun) => {
    const starts = partsOfRun.map((parts, run) => {
      const start = steps.length;
      for (const part of parts) {
        steps.push({ part, run });
        rows.add(part, run);
      }
      return start;
    });
    return [...starts, steps.length];
  });
  const planWords = 2 * steps.length + rows.words;
  const planAddress = take(4 * planWords);
  const plan = next - planAddress;

  const addresses = new Map([...module.externals.keys()].map((name): [string, (number | undefined)[]] => [name, []]));
  const beforeShared = next;
  for (const { name, owner, size } of module.externals.values()) if (owner === 'shared') addresses.get(name)?.push(take(4 * size));
  const beforeRuns = next;
  for (let run = 0; run < runs; run++) {
    const used = new Set(
      Object.values(partsOfRuns).flatMap((partsOfRun) => (partsOfRun[run] ?? []).flatMap((part) => module.parts[part]?.externals ?? [])),
    );
    for (const { name, owner, size } of module.externals.values()) {
      if (owner === 'run') addresses.get(name)?.push(used.has(name) ? take(4 * size) : undefined);
    }
  }
  const beforeArenas = next;
  const arenas = Array.from({ length: arenaCount }, () => take(module.arenaBytes));

  const words = new Int32Array(planWords);
  const rowsAddress = planAddress + 8 * steps.length;
  steps.forEach(({ part, run }, step) => {
    words[2 * step] = module.parts[part]?.tableIndex as number;
    words[2 * step + 1] = rowsAddress + 4 * rows.offset(part, run);
  });
  rows.write(words.subarray(2 * steps.length), (name, run) => {
    const list = addresses.get(name) as (number | undefined)[];
    return (module.externals.get(name)?.owner === 'shared' ? list[0] : list[run]) as number;
  });
  return {
    runs,
    externals: Object.fromEntries(
      [...module.externals.values()].map((external) => [
        external.name,
        { ...external, addresses: addresses.get(external.name) as (number | undefined)[] },
      ]),
    ),
    entries: firstSteps,
    plan: { address: planAddress, words },
    arenas,
    bytes: next + END_BYTES,
    plannedBytes: {
      constants,
      plan,
      shared: beforeRuns - beforeShared,
      runs: beforeArenas - beforeRuns,
      arenas: next - beforeArenas,
    },
    arenaBytesWithoutReuse: Math.max(0, ...Object.values(module.parts).map((part) => part.arenaBytesWithoutReuse)),
  };
}

const mapEntries = <T, U>(table: Readonly<Record<string, T>>, change: (value: T, name: string) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(table).map(([name, value]) => [name, change(value, name)]));

/** The parts of each run, in order. */
function partsPerRun(module: GeneratedModule, runs: number, segments: readonly Segment[], entry: string): readonly (readonly string[])[] {
  const parts: string[][] = Array.from({ length: runs }, () => []);
  for (const segment of segments) {
    const unknown = segment.parts.find((part) => module.parts[part] === undefined);
    if (unknown !== undefined) throw new Error(`Entry "${entry}" names part "${unknown}", which does not exist.`);
    for (let run = segment.firstRun; run < segment.firstRun + segment.runs; run++) {
      const list = parts[run];
      if (list === undefined) throw new Error(`Entry "${entry}" names run ${run}, but there are ${runs} runs.`);
      list.push(...segment.parts);
    }
  }
  return parts;
}

/** Rows of addresses: one per part and run that meet, in which the part finds its externals. */
class RowTable {
  words = 0;
  readonly #module: GeneratedModule;
  readonly #rows = new Map<string, { readonly part: string; readonly run: number; readonly offset: number }>();

  constructor(module: GeneratedModule) {
    this.#module = module;
  }

  add(part: string, run: number): void {
    const key = `${run} ${part}`;
    if (this.#rows.has(key)) return;
    this.#rows.set(key, { part, run, offset: this.words });
    this.words += this.#externals(part).length;
  }

  offset(part: string, run: number): number {
    return this.#rows.get(`${run} ${part}`)?.offset as number;
  }

  write(words: Int32Array, addressOf: (name: string, run: number) => number): void {
    for (const { part, run, offset } of this.#rows.values()) {
      this.#externals(part).forEach((name, index) => {
        words[offset + index] = addressOf(name, run);
      });
    }
  }

  #externals(part: string): readonly string[] {
    return this.#module.parts[part]?.externals ?? [];
  }
}
