import { commonDigits } from '../index-map.ts';

/**
 * The digits of a kernel's domain while accesses are added: segments (rows and columns, or batch, m and n) of fixed sizes, each split as
 * finely as its accesses need.
 */
export class Digits {
  readonly #sizes: readonly number[];
  #segments: readonly (readonly number[])[];

  constructor(sizes: readonly number[]) {
    this.#sizes = sizes;
    this.#segments = sizes.map((size) => (size === 1 ? [] : [size]));
  }

  clone(): Digits {
    const copy = new Digits(this.#sizes);
    copy.#segments = this.#segments;
    return copy;
  }

  /** The same digits with a boundary after the first `rows` points, or null where that does not fit. */
  splitInto(rows: number, cols: number): Digits | null {
    const split = new Digits([rows, cols]);
    return split.add(this.all()) ? split : null;
  }

  /** Splits digits so that an access in these digits is strided; false (and nothing is changed) where the boundaries do not nest. */
  add(extents: readonly number[], segments?: readonly number[]): boolean {
    const which = segments ?? this.#sizes.map((_, segment) => segment);
    const parts = splitDigits(
      extents,
      which.map((segment) => this.#sizes[segment] as number),
    );
    if (parts === null) return false;
    const next = [...this.#segments];
    for (const [index, segment] of which.entries()) {
      const merged = commonDigits([next[segment] as readonly number[], parts[index] as readonly number[]]);
      if (merged === null) return false;
      next[segment] = merged;
    }
    this.#segments = next;
    return true;
  }

  segment(index: number): readonly number[] {
    return this.#segments[index] as readonly number[];
  }

  all(): readonly number[] {
    return this.#segments.flat();
  }
}

/** A digit list cut into lists of the given products, or null where a digit would have to be cut unevenly. */
function splitDigits(extents: readonly number[], sizes: readonly number[]): readonly (readonly number[])[] | null {
  const digits = commonDigits([extents, sizes]);
  if (digits === null) return null;
  const parts: number[][] = [];
  let next = digits.length - 1;
  for (let segment = sizes.length - 1; segment >= 0; segment--) {
    const part: number[] = [];
    for (let product = 1; product < (sizes[segment] as number); product *= part[0] as number) part.unshift(digits[next--] as number);
    parts.unshift(part);
  }
  return parts;
}
