import { commonDigits, type Guard, type IndexMap, indexMap, withDigits } from './index-map.ts';

/**
 * Views of one array side by side as one view of it, where their places in the array follow a grid: the pieces of (outer, inner) each are
 * then two more digits, between the outer and the inner ones. This is how shifted copies of an image, which are patches of it (im2col),
 * become an index map. Null where there is no such grid.
 *
 * @param maps the pieces' maps from the same array, each of outer * inner elements
 */
export function concatAsView(maps: readonly IndexMap[], outer: number, inner: number): IndexMap | null {
  const [first] = maps;
  const extents = commonDigits([...maps.map((map) => map.extents), [outer, inner].filter((extent) => extent > 1)]);
  if (first === undefined || extents === null) return null;
  const pieces = maps.map((map) => withDigits(map, extents));
  if (pieces.some((piece) => piece === null)) return null;
  const shared = pieces as readonly IndexMap[];
  const [{ strides }] = shared as [IndexMap];
  if (shared.some((piece) => piece.strides.some((stride, digit) => stride !== strides[digit]))) return null;
  const forms = guardForms(shared);
  if (forms === null) return null;
  const innerDigits = digitsFor(extents, inner);
  for (const columns of divisorsOf(maps.length)) {
    const grid = { rows: maps.length / columns, columns };
    const offset = affine(
      shared.map((piece) => ({ min: piece.offset, max: piece.offset })),
      grid,
    );
    if (offset === null) continue;
    const guards = forms.map((form) => {
      const fit = affine(form.offsets, grid);
      return fit === null ? null : { coefficients: insert(form.coefficients, innerDigits, fit), offset: fit.start, extent: form.extent };
    });
    if (guards.some((guard) => guard === null)) continue;
    return indexMap(
      [...extents.slice(0, extents.length - innerDigits), grid.rows, grid.columns, ...extents.slice(extents.length - innerDigits)],
      insert(strides, innerDigits, offset),
      offset.start,
      guards as readonly Guard[],
    );
  }
  return null;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

interface Affine {
  readonly start: number;
  readonly perRow: number;
  readonly perColumn: number;
}

/** A guard that some pieces have: its digits' coefficients, and per piece the offsets that it may have there without changing the piece. */
interface GuardForm {
  readonly coefficients: readonly number[];
  readonly extent: number;
  readonly offsets: readonly Bounds[];
}

/** The distinct guards of all pieces; null where a piece has two of one form. A piece without a guard allows every offset that never fails. */
function guardForms(pieces: readonly IndexMap[]): GuardForm[] | null {
  const keyOf = ({ coefficients, extent }: Guard): string => JSON.stringify([coefficients, extent]);
  const forms = new Map(pieces.flatMap(({ guards }) => guards.map((guard) => [keyOf(guard), guard] as const)));
  if (pieces.some(({ guards }) => new Set(guards.map(keyOf)).size !== guards.length)) return null;
  return [...forms].map(([key, { coefficients, extent }]) => ({
    coefficients,
    extent,
    offsets: pieces.map(({ guards, extents }) => {
      const own = guards.find((guard) => keyOf(guard) === key);
      if (own !== undefined) return { min: own.offset, max: own.offset };
      const ends = coefficients.map((coefficient, digit) => coefficient * ((extents[digit] as number) - 1));
      const lowest = ends.reduce((sum, end) => sum + Math.min(0, end), 0);
      const highest = ends.reduce((sum, end) => sum + Math.max(0, end), 0);
      return { min: -lowest, max: extent - 1 - highest };
    }),
  }));
}

/** Whole numbers start + row * perRow + column * perColumn within the bounds of every piece of the grid, in row-major order; null if none. */
function affine(bounds: readonly Bounds[], { rows, columns }: { readonly rows: number; readonly columns: number }): Affine | null {
  const exact = bounds.flatMap(({ min, max }, index) =>
    min === max ? [{ value: min, row: Math.floor(index / columns), column: index % columns }] : [],
  );
  const slope = (along: 'row' | 'column', across: 'row' | 'column'): number => {
    for (const from of exact) {
      const to = exact.find((other) => other[across] === from[across] && other[along] > from[along]);
      if (to !== undefined) return (to.value - from.value) / (to[along] - from[along]);
    }
    return 0;
  };
  const perRow = rows > 1 ? slope('row', 'column') : 0;
  const perColumn = columns > 1 ? slope('column', 'row') : 0;
  const [known] = exact;
  if (known === undefined || !Number.isInteger(perRow) || !Number.isInteger(perColumn)) return null;
  const start = known.value - known.row * perRow - known.column * perColumn;
  const isFitting = bounds.every(({ min, max }, index) => {
    const value = start + Math.floor(index / columns) * perRow + (index % columns) * perColumn;
    return value >= min && value <= max;
  });
  return isFitting ? { start, perRow, perColumn } : null;
}

/** Coefficients with those of the grid's two digits before the innermost `innerDigits`. */
function insert(coefficients: readonly number[], innerDigits: number, { perRow, perColumn }: Affine): number[] {
  const outer = coefficients.length - innerDigits;
  return [...coefficients.slice(0, outer), perRow, perColumn, ...coefficients.slice(outer)];
}

/** How many of the last digits make up `inner`. */
function digitsFor(extents: readonly number[], inner: number): number {
  let count = 0;
  for (let size = 1; size < inner; count++) size *= extents[extents.length - 1 - count] as number;
  return count;
}

/** Divisors, the number itself first: one long digit where that is enough. */
function divisorsOf(count: number): number[] {
  return Array.from({ length: count }, (_, index) => count - index).filter((candidate) => count % candidate === 0);
}
