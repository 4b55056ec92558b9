import { describe, expect, test } from 'vitest';
import type { LoadedData } from '../../../workloads/definition.ts';
import { firstOfEachClass, tableOf, tellingFeatures } from './data-points.ts';

const attribution = { title: '', description: '', attribution: '', spdx: '', licenceUrl: '' };

/** Rows of features with their class. */
function dataOf(rows: readonly (readonly [features: readonly number[], label: number])[], classes: number): LoadedData {
  const features = rows[0]?.[0].length ?? 0;
  return {
    trainRows: rows.length,
    validationRows: 0,
    arrays: {
      x: { values: Float32Array.from(rows.flatMap(([values]) => values)), rowShape: [features] },
      y: {
        values: Float32Array.from(rows.flatMap(([, label]) => Array.from({ length: classes }, (_, c) => Number(c === label)))),
        rowShape: [classes],
      },
    },
    attribution,
  };
}

const table = tableOf(
  dataOf(
    [
      [[0.3, 5, 1.0], 1],
      [[0.1, 5, 3.1], 0],
      [[0.2, 5, 1.1], 1],
      [[0.4, 5, 3.0], 0],
    ],
    3,
  ),
);

describe('a classification table', () => {
  test('knows its size and its classes', () => {
    expect(table).toMatchObject({ rows: 4, features: 3, classes: 3 });
    expect([0, 1, 2, 3].map((row) => table?.classOf(row))).toEqual([1, 0, 1, 0]);
  });
  test('gives the first row of each class it has, in order of class', () => {
    expect(table && firstOfEachClass(table)).toEqual([1, 0]);
  });
  test('finds the feature that separates the classes before one that hardly does, and a constant last', () => {
    expect(table && tellingFeatures(table)).toEqual([2, 0]);
  });
  test('is null for data of another kind', () => {
    expect(tableOf({ trainRows: 1, validationRows: 0, arrays: {}, attribution })).toBeNull();
    expect(tableOf(dataOf([[[0.3, 5], 0]], 1))).toBeNull();
  });
  test('holds pictures where a row is a square of enough numbers', () => {
    const sideOf = (features: number) => tableOf(dataOf([[Array<number>(features).fill(0), 0]], 2))?.side;
    expect([64, 196, 49].map(sideOf)).toEqual([8, 14, 7]);
    expect([4, 16, 36, 60, 180].map(sideOf)).toEqual([null, null, null, null, null]);
  });
});
