import { expect, test } from 'vitest';
import { loadClassificationSet } from './data.ts';
import { DataChecksumError, DataMissingError } from './data-errors.ts';
import type { FetchFile } from './definition.ts';
import { fetchFromDisk } from './fetch-from-disk.ts';
import { findProblem } from './logistic/problems.ts';
import { fetchPublic, PRESENT_PROBLEMS } from './testing/public-data.ts';

const iris = findProblem('iris');
const altered =
  (path: string, change: (bytes: ArrayBuffer) => ArrayBuffer): FetchFile =>
  async (asked) => {
    const bytes = await fetchPublic(asked);
    return asked === path ? change(bytes) : bytes;
  };

test('normalises features by the constants of the train rows and expands labels', async () => {
  const { arrays, trainRows, validationRows, attribution } = await loadClassificationSet(iris, fetchPublic);
  expect([trainRows, validationRows]).toEqual([120, 30]);
  const raw = new Float32Array(await fetchPublic('logistic/iris/x.f32'));
  expect(arrays.x?.rowShape).toEqual([4]);
  expect(arrays.x?.values.length).toBe(150 * 4);
  // (x - mean) / std with the constants of meta.json, rounded once to float32.
  expect(arrays.x?.values[0]).toBe(Math.fround(((raw[0] as number) - 5.8225) / 0.7869204));
  expect(arrays.x?.values[5]).toBe(Math.fround(((raw[5] as number) - 3.06) / 0.4251274));
  const labels = new Uint8Array(await fetchPublic('logistic/iris/y.u8'));
  labels.forEach((label, row) => {
    expect([...(arrays.y?.values.slice(row * 3, row * 3 + 3) ?? [])]).toEqual([0, 1, 2].map((c) => (c === label ? 1 : 0)));
  });
  expect(attribution).toMatchObject({ title: 'Iris', spdx: 'BSD-3-Clause', licenceUrl: 'data/logistic/iris/LICENCE.txt' });
});

test.each(PRESENT_PROBLEMS)(
  '$id: train rows are standardised, every value is finite, every row has one label, at most 512 are evaluated',
  async (problem) => {
    const { arrays, validationRows } = await loadClassificationSet(problem, fetchPublic);
    expect(validationRows).toBe(Math.min(problem.validationRows, 512));
    const x = arrays.x?.values as Float32Array;
    const y = arrays.y?.values as Float32Array;
    const rows = problem.trainRows + validationRows;
    expect(x.length).toBe(rows * problem.features);
    expect(y.length).toBe(rows * problem.classes);
    expect(x.every(Number.isFinite)).toBe(true);
    for (let row = 0; row < rows; row++) {
      const labels = y.subarray(row * problem.classes, (row + 1) * problem.classes);
      expect(labels.reduce((sum, value) => sum + value, 0)).toBe(1);
    }
    for (let j = 0; j < problem.features; j++) {
      const column = Array.from({ length: problem.trainRows }, (_, row) => x[row * problem.features + j] as number);
      const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
      const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length;
      // Constants have 7 digits; a mean that is large against the deviation (glass: refractive index, 500 : 1) loses three of them.
      expect(Math.abs(mean), `mean of column ${j}`).toBeLessThan(1e-3);
      // A constant column stays 0.
      if (variance !== 0) expect(Math.abs(variance - 1), `variance of column ${j}`).toBeLessThan(1e-4);
    }
  },
);

test('one flipped bit is a checksum error that names the file', async () => {
  const fetchFile = altered('logistic/iris/x.f32', (bytes) => {
    const copy = bytes.slice();
    new Uint8Array(copy)[77] = (new Uint8Array(copy)[77] as number) ^ 1;
    return copy;
  });
  const error = await loadClassificationSet(iris, fetchFile).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DataChecksumError);
  expect(error).toMatchObject({
    path: 'logistic/iris/x.f32',
    message: expect.stringContaining('SHA-256'),
    advice: expect.stringContaining('Reload'),
  });
});

test('a truncated file is a checksum error that says how long it is', async () => {
  const fetchFile = altered('logistic/iris/y.u8', (bytes) => bytes.slice(0, 100));
  await expect(loadClassificationSet(iris, fetchFile)).rejects.toThrow(
    'logistic/iris/y.u8 is not the expected one: found 100 bytes, expected 150 bytes',
  );
});

test('a missing file is named, and a missing GPL file explained', async () => {
  const fetchFile = fetchFromDisk('public/no-such-folder');
  await expect(loadClassificationSet(iris, fetchFile)).rejects.toThrow(DataMissingError);
  const error = await loadClassificationSet(findProblem('glass'), fetchFile).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ path: 'gpl/logistic/glass/meta.json', status: null, advice: expect.stringContaining('public/data/gpl') });
});
