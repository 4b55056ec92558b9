import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  broadcastMap,
  commonDigits,
  composeMaps,
  dilateMap,
  type IndexMap,
  identityMap,
  isIdentity,
  padMap,
  reverseMap,
  sizeOf,
  sliceMap,
  sourceIndex,
  tileMap,
  transposeMap,
  withDigits,
} from './index-map.ts';

interface View {
  readonly map: IndexMap;
  readonly shape: readonly number[];
}

const small = (max: number) => fc.integer({ min: 1, max });

/** A random view of an array of this shape, and the view's shape. */
function viewOf(shape: readonly number[]): fc.Arbitrary<View> {
  const perAxis = <T>(of: (extent: number) => fc.Arbitrary<T>) => fc.tuple(...shape.map(of)) as fc.Arbitrary<T[]>;
  return fc.oneof(
    fc
      .shuffledSubarray(
        shape.map((_, axis) => axis),
        { minLength: shape.length },
      )
      .map((order) => ({
        map: transposeMap(shape, order),
        shape: order.map((axis) => shape[axis] as number),
      })),
    perAxis((extent) => fc.integer({ min: 0, max: extent - 1 }).chain((begin) => fc.tuple(fc.constant(begin), small(extent - begin)))).map(
      (parts) => ({
        map: sliceMap(
          shape,
          parts.map(([begin]) => begin),
          parts.map(([, size]) => size),
        ),
        shape: parts.map(([, size]) => size),
      }),
    ),
    perAxis(() => fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 }))).map((parts) => ({
      map: padMap(
        shape,
        parts.map(([before]) => before),
        parts.map(([, after]) => after),
      ),
      shape: shape.map((extent, axis) => extent + (parts[axis]?.[0] ?? 0) + (parts[axis]?.[1] ?? 0)),
    })),
    perAxis(() => small(2)).map((repeats) => ({
      map: tileMap(shape, repeats),
      shape: shape.map((extent, axis) => extent * (repeats[axis] as number)),
    })),
    fc.subarray(shape.map((_, axis) => axis)).map((axes) => ({ map: reverseMap(shape, axes), shape })),
    small(3).map((copies) => ({ map: broadcastMap(shape, [copies, ...shape]), shape: [copies, ...shape] })),
    perAxis(() => small(2)).map((strides) => ({
      map: dilateMap(shape, strides),
      shape: shape.map((extent, axis) => extent * (strides[axis] as number)),
    })),
    // A reshape: the same elements, axes cut anew.
    fc.constant({ map: identityMap(sizeOf(shape)), shape: [...shape.slice(0, -2), shape.slice(-2).reduce((a, b) => a * b, 1)] }),
  );
}

const shapes = fc.array(small(4), { minLength: 1, maxLength: 4 });

/** Source index of every element of a chain of views, the innermost map first; -1 where a guard failed. */
function through(maps: readonly IndexMap[], size: number): number[] {
  return Array.from({ length: size }, (_, index) => [...maps].reverse().reduce((at, map) => (at < 0 ? -1 : sourceIndex(map, at)), index));
}

describe('index maps', () => {
  it('composes two views into one that reads the same elements, or says that it cannot', () => {
    let composed = 0;
    fc.assert(
      fc.property(
        shapes.chain((shape) => viewOf(shape).chain((first) => viewOf(first.shape).map((second) => ({ first, second })))),
        ({ first, second }) => {
          const whole = composeMaps(second.map, first.map);
          if (whole === null) return;
          composed++;
          const size = sizeOf(second.shape);
          expect(through([whole], size)).toEqual(through([first.map, second.map], size));
        },
      ),
      { numRuns: 3000 },
    );
    // Most pairs of views are one view; a composition that gave up always would pass otherwise.
    expect(composed).toBeGreaterThan(2000);
  });

  it('keeps what it reads when its digits are split', () => {
    fc.assert(
      fc.property(
        shapes.chain((shape) => fc.tuple(viewOf(shape), fc.constant(shape))),
        ([{ map, shape }]) => {
          const digits = commonDigits([map.extents, shape]);
          if (digits === null) return;
          const split = withDigits(map, digits);
          expect(split).not.toBeNull();
          expect(through([split as IndexMap], sizeOf(shape))).toEqual(through([map], sizeOf(shape)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('sees that transposing twice changes nothing', () => {
    const map = composeMaps(transposeMap([5, 3], [1, 0]), transposeMap([3, 5], [1, 0]));
    expect(map && isIdentity(map)).toBe(true);
  });

  it('reads a window of a padded image as one map', () => {
    // (3, 4) padded by one on each side, then its middle: guards disappear again.
    const map = composeMaps(sliceMap([5, 6], [1, 1], [3, 4]), padMap([3, 4], [1, 1], [1, 1]));
    expect(map && isIdentity(map)).toBe(true);
  });

  it('splits heads: (B T, H D) -> (B, H, T, D) -> (B H, T, D)', () => {
    const [B, T, H, D] = [2, 3, 4, 5];
    const map = transposeMap([B, T, H, D], [0, 2, 1, 3]);
    expect(map).toEqual({ extents: [B, H, T, D], strides: [T * H * D, D, H * D, 1], offset: 0, guards: [] });
    expect(commonDigits([map.extents, [B * H, T * D]])).toEqual([B, H, T, D]);
  });

  it('refuses digits that do not nest', () => {
    expect(
      commonDigits([
        [3, 4],
        [4, 3],
      ]),
    ).toBeNull();
    expect(
      commonDigits([
        [2, 6],
        [4, 3],
      ]),
    ).toEqual([2, 2, 3]);
    expect(withDigits({ extents: [3, 4], strides: [1, 3], offset: 0, guards: [] }, [4, 3])).toBeNull();
  });
});
