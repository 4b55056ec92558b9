import { causeCode, DIVERGENCE_CAUSES } from '../optimizer-runner.ts';

/**
 * What the device keeps about each row between steps: (R, stride) 32-bit words. A row is a header of unsigned integers, then the scalars
 * after the last step ("old"), then those the step in progress writes ("new"); a finished step copies new over old.
 */
export const ROW_HEADER = [
  /** Race step, equal for all rows. */
  't',
  /** The row's own counter: steps made and not skipped. */
  'k',
  /** 1 once the row is frozen. */
  'ended',
  /** Race step at which it diverged, or NOT_DIVERGED. */
  'divergedAt',
  /** Why it diverged, as `causeCode`. */
  'cause',
  /** Race steps after which the row is frozen. */
  'horizonSteps',
  /** 1 while the step in progress is one that the row skips. */
  'skip',
  /** 1 when the method has no step here, see `StepOutput.fails`. */
  'failed',
  /** 1 when the step in progress has made a buffer or a scalar that is not finite. */
  'broken',
  /** How many scalars the row's program has; the rest of the row's scalar words are unused. */
  'scalars',
] as const;

export type RowHeaderWord = (typeof ROW_HEADER)[number];

export const HEADER_WORDS = ROW_HEADER.length;
export const NOT_DIVERGED = 0xffffffff;

/** Index of a header word inside a row. */
export function headerWord(name: RowHeaderWord): number {
  return ROW_HEADER.indexOf(name);
}

/** Words of one row when the widest program of the race has `scalars` scalars. */
export function rowStride(scalars: number): number {
  return HEADER_WORDS + 2 * scalars;
}

/** WGSL constants for the header, e.g. `const STATE_k = 1u;`. */
export function rowStateSource(): string {
  const words = ROW_HEADER.map((name, index) => `const STATE_${name} = ${index}u;`);
  const causes = DIVERGENCE_CAUSES.map((cause) => `const CAUSE_${cause} = ${causeCode(cause)}u;`);
  return [...words, ...causes, `const STATE_HEADER = ${HEADER_WORDS}u;`, `const NOT_DIVERGED = ${NOT_DIVERGED}u;`].join('\n');
}
