import { describe, expect, it } from 'vitest';
import { Vec64 } from './vec64.ts';

const matrix = Vec64.fromRows([
  [1, -2, 3],
  [-4, 5, -6],
]);
const column = Vec64.fromRows([[2], [-1]]);
const rowsOf = (v: Vec64) => Array.from({ length: v.rows }, (_, row) => Array.from(v.row(row)));

describe('Vec64', () => {
  it.each([
    [
      'add',
      matrix.add(column),
      [
        [3, 0, 5],
        [-5, 4, -7],
      ],
    ],
    [
      'sub',
      matrix.sub(column),
      [
        [-1, -4, 1],
        [-3, 6, -5],
      ],
    ],
    [
      'sub, column first',
      column.sub(matrix),
      [
        [1, 4, -1],
        [3, -6, 5],
      ],
    ],
    [
      'mul',
      matrix.mul(column),
      [
        [2, -4, 6],
        [4, -5, 6],
      ],
    ],
    [
      'div',
      matrix.div(column),
      [
        [0.5, -1, 1.5],
        [4, -5, 6],
      ],
    ],
    [
      'pow',
      matrix.abs().pow(column),
      [
        [1, 4, 9],
        [1 / 4, 1 / 5, 1 / 6],
      ],
    ],
    [
      'pow 0',
      matrix.maximum(0).pow(0),
      [
        [1, 1, 1],
        [1, 1, 1],
      ],
    ],
    [
      'maximum',
      matrix.maximum(column),
      [
        [2, 2, 3],
        [-1, 5, -1],
      ],
    ],
    [
      'minimum',
      matrix.minimum(column),
      [
        [1, -2, 2],
        [-4, -1, -6],
      ],
    ],
    [
      'greater',
      matrix.greater(column),
      [
        [0, 0, 1],
        [0, 1, 0],
      ],
    ],
    [
      'equal',
      matrix.equal(3),
      [
        [0, 0, 1],
        [0, 0, 0],
      ],
    ],
    [
      'a number',
      matrix.mul(10),
      [
        [10, -20, 30],
        [-40, 50, -60],
      ],
    ],
    [
      'neg',
      matrix.neg(),
      [
        [-1, 2, -3],
        [4, -5, 6],
      ],
    ],
    [
      'abs',
      matrix.abs(),
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      'square',
      matrix.square(),
      [
        [1, 4, 9],
        [16, 25, 36],
      ],
    ],
    [
      'sqrt',
      matrix.square().sqrt(),
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      'sign',
      matrix.sign(),
      [
        [1, -1, 1],
        [-1, 1, -1],
      ],
    ],
    ['sum', matrix.sum(1, true), [[2], [-5]]],
    [
      'logicalAnd',
      matrix.greater(0).logicalAnd(matrix.greater(1)),
      [
        [0, 0, 1],
        [0, 1, 0],
      ],
    ],
    [
      'logicalNot',
      matrix.greater(0).logicalNot(),
      [
        [0, 1, 0],
        [1, 0, 1],
      ],
    ],
  ])('%s broadcasts along columns', (_name, result, expected) => {
    expect(rowsOf(result)).toEqual(expected);
  });

  it('where picks per element and per row, and never mixes in what it does not pick', () => {
    const other = new Vec64(2, 3, new Float64Array(6).fill(Number.NaN));
    expect(rowsOf(matrix.where(matrix.greater(0), column))).toEqual([
      [1, 2, 3],
      [-1, 5, -1],
    ]);
    expect(rowsOf(matrix.where(Vec64.fromRows([[1], [0]]), other))).toEqual([
      [1, -2, 3],
      [Number.NaN, Number.NaN, Number.NaN],
    ]);
    expect(rowsOf(column.where(matrix.greater(0), matrix))).toEqual([
      [2, -2, 2],
      [-4, -1, -6],
    ]);
  });

  it('leaves its operands alone', () => {
    const before = Array.from(matrix.values);
    matrix.add(1).mul(matrix).sqrt();
    expect(Array.from(matrix.values)).toEqual(before);
  });

  it('maximum and minimum keep NaN', () => {
    const nan = new Vec64(1, 1, Float64Array.of(Number.NaN));
    expect(nan.maximum(0).values[0]).toBeNaN();
    expect(nan.minimum(0).values[0]).toBeNaN();
  });

  it('says which shapes do not fit', () => {
    expect(() => matrix.add(new Vec64(2, 2))).toThrow('Shapes (2, 3) and (2, 2) do not broadcast.');
    expect(() => matrix.add(new Vec64(1, 3))).toThrow('Shapes (2, 3) and (1, 3) do not broadcast.');
    expect(() => new Vec64(2, 2, new Float64Array(3))).toThrow('A (2, 2) vector needs 4 values, got 3.');
    expect(() => Vec64.fromRows([[1, 2], [3]])).toThrow('Row 1 has 1 values, row 0 has 2.');
  });
});
