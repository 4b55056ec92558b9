import type { RowBlock } from '../optimizer-runner.ts';

/** A named list of numbers on the device: where it starts among its kind, and how many values it has. */
export interface NamedRange {
  readonly name: string;
  readonly offset: number;
  readonly count: number;
}

/** How the values of one block are numbered on the device, in the order of the program's keys. */
export interface ProgramNames {
  readonly slots: readonly string[];
  /** Counts per segment. */
  readonly scalars: readonly NamedRange[];
  readonly hyper: readonly NamedRange[];
  readonly derived: readonly string[];
  readonly table: readonly string[];
}

function ranges(entries: readonly (readonly [name: string, count: number])[]): readonly NamedRange[] {
  let offset = 0;
  return entries.map(([name, count]) => {
    const range = { name, offset, count };
    offset += count;
    return range;
  });
}

function countOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 1;
}

export function totalCount(list: readonly NamedRange[]): number {
  return list.reduce((sum, { count }) => sum + count, 0);
}

/** Numbers the values of a block. All its rows have lists of the same lengths, so the first row speaks for them. */
export function programNames(block: Pick<RowBlock, 'program' | 'rows'>): ProgramNames {
  const { program } = block;
  const hyper = block.rows[0]?.hyper;
  if (hyper === undefined) throw new Error(`The block of ${program.id} has no rows.`);
  return {
    slots: Object.keys(program.slots),
    scalars: ranges(Object.entries(program.scalars).map(([name, spec]) => [name, countOf(spec.init(hyper))])),
    hyper: ranges(program.rowHyper.map((name) => [name, countOf(hyper[name])])),
    derived: Object.keys(program.derived?.(hyper) ?? {}),
    table: Object.keys(program.table?.(hyper, 0) ?? {}),
  };
}
