import { describe, expect, test } from 'vitest';
import { concatAsView } from './concat-view.ts';
import { GraphBuilder } from './graph-builder.ts';
import { type IndexMap, padMap, sizeOf, sliceMap, sourceIndex } from './index-map.ts';
import { interpret } from './interpret.ts';

/** Source indices of the pieces side by side, one element after the other. */
function sideBySide(maps: readonly IndexMap[], outer: number, inner: number): number[] {
  return Array.from({ length: outer }, (_, row) =>
    maps.flatMap((map) => Array.from({ length: inner }, (_, column) => sourceIndex(map, row * inner + column))),
  ).flat();
}

function expectSame(maps: readonly IndexMap[], outer: number, inner: number): void {
  const map = concatAsView(maps, outer, inner);
  expect(map).not.toBeNull();
  const found = Array.from({ length: outer * inner * maps.length }, (_, index) => sourceIndex(map as IndexMap, index));
  expect(found).toEqual(sideBySide(maps, outer, inner));
}

const grid = (rows: number, columns: number): [number, number][] =>
  Array.from({ length: rows * columns }, (_, index) => [Math.floor(index / columns), index % columns]);

/** Images (2, H, W, C) padded by `pad` and shifted: what a convolution of rows x columns multiplies with its filter. */
function taps(H: number, W: number, C: number, rows: number, columns: number, pad: number): IndexMap[] {
  const shape = [2, H, W, C];
  return grid(rows, columns).map(([row, column]) => {
    const builder = new GraphBuilder();
    const source = builder.input('x', sizeOf(shape), 'float32', 'run');
    const padded = builder.view(source, padMap(shape, [0, pad, pad, 0], [0, pad, pad, 0]));
    const size = [2, H + 2 * pad - rows + 1, W + 2 * pad - columns + 1, C];
    const tap = builder.node(builder.view(padded, sliceMap([2, H + 2 * pad, W + 2 * pad, C], [0, row, column, 0], size)));
    return tap.op === 'view' ? tap.map : { extents: [sizeOf(shape)], strides: [1], offset: 0, guards: [] };
  });
}

describe('views side by side are one view', () => {
  test.each([
    [4, 5, 3, 3, 3, 1],
    [4, 5, 1, 3, 3, 1],
    [3, 3, 2, 3, 3, 1],
    [5, 6, 2, 3, 2, 0],
    [6, 5, 2, 5, 5, 2],
    [4, 4, 1, 1, 3, 1],
    [4, 4, 1, 2, 2, 1],
    [2, 2, 1, 3, 3, 1],
  ])('for patches: images (2, %i, %i, %i), filter %i x %i, padding %i', (H, W, C, rows, columns, pad) => {
    const maps = taps(H, W, C, rows, columns, pad);
    const size = 2 * (H + 2 * pad - rows + 1) * (W + 2 * pad - columns + 1);
    expectSame(maps, size, C);
  });

  test('for the pieces of a split', () => {
    expectSame(
      [0, 2, 4].map((start) => sliceMap([4, 6], [0, start], [4, 2])),
      4,
      2,
    );
  });

  test('for slices in another order', () => {
    expectSame(
      [4, 2, 0].map((start) => sliceMap([4, 6], [0, start], [4, 2])),
      4,
      2,
    );
  });

  test('for a repeated view', () => {
    const map = sliceMap([4, 6], [0, 1], [4, 2]);
    expectSame([map, map], 4, 2);
  });
});

test('views without a grid stay side by side', () => {
  const slices = [0, 1, 3].map((start) => sliceMap([4, 6], [0, start], [4, 2]));
  expect(concatAsView(slices, 4, 2)).toBeNull();
  // Equal offsets, but guards whose bounds follow no grid.
  const guarded = [-1, -2, -4].map(
    (offset): IndexMap => ({ extents: [8], strides: [1], offset: 0, guards: [{ coefficients: [1], offset, extent: 3 }] }),
  );
  expect(concatAsView(guarded, 4, 2)).toBeNull();
});

describe('a graph', () => {
  test('splits and joins into nothing', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 24, 'float32', 'run');
    const pieces = [0, 3].map((start) => builder.view(x, sliceMap([4, 6], [0, start], [4, 3])));
    expect(builder.concat(pieces, 4)).toBe(x);
  });

  test('keeps the fill of guarded pieces', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 3, 'float32', 'run');
    const shifted = builder.view(x, { extents: [3], strides: [1], offset: -1, guards: [{ coefficients: [1], offset: -1, extent: 3 }] }, 7);
    const graph = builder.finish({ y: builder.concat([shifted, x], 3) });
    expect(graph.nodes.map(({ op }) => op)).toEqual(['input', 'view']);
    expect(interpret(graph, { x: [1, 2, 3] }).y).toEqual(Float64Array.from([7, 1, 1, 2, 2, 3]));
  });

  test('does not join views of different values or with different fills', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 3, 'float32', 'run');
    const y = builder.input('y', 3, 'float32', 'run');
    const shift = (value: number, by: number, fill: number): number =>
      builder.view(value, { extents: [3], strides: [1], offset: by, guards: [{ coefficients: [1], offset: by, extent: 3 }] }, fill);
    expect(builder.node(builder.concat([shift(x, 1, 0), shift(y, 1, 0)], 1)).op).toBe('concat');
    expect(builder.node(builder.concat([shift(x, 1, 0), shift(x, -1, 2)], 1)).op).toBe('concat');
    expect(builder.node(builder.concat([shift(x, 1, 2), shift(x, -1, 2)], 1)).op).toBe('view');
  });
});
