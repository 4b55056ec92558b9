import { type IndexMap, identityMap, indexMap, sizeOf } from '../index-map.ts';

/** Equal for equal maps, given that both are in their shortest form. */
export function mapKey({ extents, strides, offset, guards }: IndexMap): string {
  const base = `${extents.join()};${strides.join()};${offset}`;
  if (guards.length === 0) return base;
  return `${base};${guards.map((guard) => `${guard.coefficients.join()}:${guard.offset}:${guard.extent}`).join(';')}`;
}

export const isSameMap = (a: IndexMap, b: IndexMap): boolean => mapKey(a) === mapKey(b);

/** From a point (row, col) of (rows, cols) to its row. */
export const rowMap = (rows: number, cols: number): IndexMap => indexMap([rows, cols], [1, 0]);

/** From a point (row, col) of (rows, cols) to its column. */
export const columnMap = (rows: number, cols: number): IndexMap => indexMap([rows, cols], [0, 1]);

/** From every point to the only element. */
export const onlyMap = (points: number): IndexMap => indexMap([points], [0]);

/** Piece `index` of a concat: from the piece's elements to those of the whole. */
export function pieceMap(outer: number, inner: readonly number[], index: number): IndexMap {
  const total = inner.reduce((sum, size) => sum + size, 0);
  const before = inner.slice(0, index).reduce((sum, size) => sum + size, 0);
  return indexMap([outer, inner[index] as number], [total, 1], before);
}

/** The map back, for a map that takes `size` elements to all of `size` elements, each once; else null. */
export function inverseMap(map: IndexMap, size: number): IndexMap | null {
  if (map.guards.length > 0 || map.offset !== 0 || sizeOf(map.extents) !== size) return null;
  const digits = map.extents.map((extent, digit) => ({ extent, stride: map.strides[digit] as number, digit }));
  digits.sort((a, b) => b.stride - a.stride);
  let weight = size;
  for (const { extent, stride } of digits) {
    if (stride * extent !== weight) return null;
    weight = stride;
  }
  if (weight !== 1) return null;
  const weights: number[] = [];
  let place = 1;
  for (let digit = map.extents.length - 1; digit >= 0; digit--) {
    weights[digit] = place;
    place *= map.extents[digit] as number;
  }
  return indexMap(
    digits.map(({ extent }) => extent),
    digits.map(({ digit }) => weights[digit] as number),
  );
}

export const isWhole = (map: IndexMap, size: number): boolean => isSameMap(map, identityMap(size));
