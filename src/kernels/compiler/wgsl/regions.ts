/**
 * Where a buffer of the schedule lies for all runs: run r's elements start at offset + r * runStride of a GPU buffer. Counts are elements.
 */
export interface Region {
  /** The GPU buffer's name. */
  readonly memory: string;
  /** A multiple of `REGION_ALIGN`. */
  readonly offset: number;
  /** 0 for what all runs share. */
  readonly runStride: number;
  /** Elements of all runs, from `offset`. */
  readonly size: number;
  readonly dtype: 'float32' | 'int32';
}

/** Bindings start at multiples of 256 bytes. */
export const REGION_ALIGN = 64;

export const alignUp = (count: number, align: number): number => Math.ceil(count / align) * align;

/** Names of memories. */
export const ARENA = 'arena';
export const CONSTANTS = 'constants';
export const SCRATCH = 'scratch';
export const externalMemory = (name: string): string => `external:${name}`;

/** Whether a region lies in a memory that the program shares with nobody. */
export const isOwn = ({ memory }: Region): boolean => memory === ARENA || memory === CONSTANTS || memory === SCRATCH;
