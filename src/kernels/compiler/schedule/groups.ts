import type { ValueId } from '../graph.ts';
import type { Location } from './buffers.ts';
import type { Digits } from './digits.ts';

/** A kernel's expressions together stay below this. */
export const LARGEST_KERNEL = 600;

/** A kernel in the making. */
export interface Group {
  readonly id: number;
  readonly kind: 'loops' | 'matmul' | 'segmentSum' | 'custom';
  /** Points of its domain, or of the result. */
  readonly points: number;
  /** loops: points of the inner digits; null while nothing has asked for inner digits. */
  cols: number | null;
  digits: Digits;
  level: number;
  /** Values that live here: results, what the kernel stores, and what several of its expressions share. In the order of joining. */
  readonly values: ValueId[];
  readonly copies: GroupCopy[];
  /** Stored values and leaves that it reads; a concat stands for its pieces. */
  readonly reads: Set<ValueId>;
  /** What its expressions compute or load, one text each. */
  readonly asked: Set<string>;
  /** Bias gradients that come with a matmul. */
  readonly columnSums: ValueId[];
}

/** A value from elsewhere that a kernel writes to another place. */
export interface GroupCopy {
  readonly value: ValueId;
  readonly destinations: readonly Location[];
}

/** Index of the segments of a matmul's digits. */
export const MATMUL_RESULT = [0, 1, 2] as const;
export const MATMUL_A = [0, 1, 3] as const;
export const MATMUL_B = [0, 3, 2] as const;
