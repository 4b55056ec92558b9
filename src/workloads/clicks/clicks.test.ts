import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '../../kernels/tf.ts';
import type { LoadedData, Model } from '../definition.ts';
import { defaultOptions } from '../options.ts';
import { fetchPublic } from '../testing/public-data.ts';
import { initialParameters, predictOnce, someRows } from '../testing/run-model.ts';
import { clicks } from './clicks.ts';
import { rowsOfFields } from './data.ts';
import { interactions } from './model.ts';
import { logisticRegression } from './testing/logistic-regression.ts';

const options = { ...defaultOptions(clicks), width: 2, table: 97 };
let data: LoadedData;

beforeAll(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
  data = await clicks.load(defaultOptions(clicks), fetchPublic);
});

const valuesOf = (name: string, from = data): Float32Array | Int32Array => from.arrays[name]?.values ?? new Float32Array();

describe('the flights', () => {
  it('are 28,000 + 1,280 rows, of which a fifth is late, with dense fields standardised by the train rows', () => {
    expect([data.trainRows, data.validationRows]).toEqual([28_000, 1280]);
    const labels = valuesOf('y');
    expect(labels.length).toBe(29_280);
    expect(labels.subarray(0, 28_000).filter((label) => label === 1).length).toBe(5822);
    for (let field = 0; field < 4; field++) {
      const own = Array.from({ length: 28_000 }, (_, row) => valuesOf('dense')[4 * row + field] as number);
      const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
      const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length;
      // meta.json has six decimals.
      expect(Math.abs(mean)).toBeLessThan(1e-5);
      expect(Math.abs(variance - 1)).toBeLessThan(1e-5);
    }
  });

  it('have a row of the table for every value of eight train flights, and one more per field', () => {
    const [vocabularies, rare] = [
      [2, 3],
      [0, 1],
    ];
    const values = Uint16Array.from([...Array<number[]>(8).fill([1, 2]), rare].flat());
    expect(rowsOfFields(values, vocabularies).map((rows) => Array.from(rows))).toEqual([
      [0, 1],
      [2, 2, 3],
    ]);
  });

  it('have each field in rows of its own in the table, or share rows in a smaller one', async () => {
    let first = 0;
    for (let field = 0; field < 10; field++) {
      const own = valuesOf('fields').filter((_, i) => i % 10 === field);
      expect(Math.min(...own)).toBeGreaterThanOrEqual(first);
      first = Math.max(...own) + 1;
    }
    expect(first).toBe(defaultOptions(clicks).table);
    const small = await clicks.load(options, fetchPublic);
    expect(valuesOf('fields', small).every((row, i) => row === (valuesOf('fields')[i] as number) % 97)).toBe(true);
  });
});

it('has as yardstick what logistic regression on all values of all fields reaches', async () => {
  const first = [0, 223, 446, 453, 477, 601, 2649, 6745, 10_841, 12_889, 14_937];
  const rows = valuesOf('y').length;
  const fields = new Uint16Array(await fetchPublic('clicks/cat.u16')).subarray(0, 10 * rows);
  const table = { dense: valuesOf('dense') as Float32Array, fields, first, labels: valuesOf('y') as Float32Array };
  // C as in meta.json; the yardstick has four digits.
  const { value } = clicks.yardstick?.(options) ?? {};
  expect(Math.abs(logisticRegression(table, 28_000, 0.1, 250) - (value as number))).toBeLessThan(1e-4);
}, 30_000);

it('takes the dot product of every pair of features, and of each with itself, once', () => {
  const h = tf.randomNormal([3, 11, 4], 0, 1, 'float32', 1);
  const found = interactions(h).arraySync() as number[][];
  const products = h.matMul(h, false, true).arraySync() as number[][][];
  found.forEach((own, row) => {
    const pairs = (products[row] as number[][]).flatMap((line, i) => line.slice(i));
    expect(own.length).toBe(66);
    const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
    sorted(own).forEach((value, i) => {
      expect(value).toBeCloseTo(sorted(pairs)[i] as number, 5);
    });
  });
});

describe('the report', () => {
  let model: Model;
  beforeAll(async () => {
    model = await clicks.create(options, data);
  });

  it('scores a constant answer with its cross-entropy, and ranks nothing by it', () => {
    const z = Math.fround(Math.log(266 / 1014));
    const [crossEntropy, rocAuc] = model.score({ rows: 1280, values: new Float32Array(1280).fill(z) });
    // 266 of the evaluated flights are late.
    expect(crossEntropy).toBeCloseTo(-(266 * Math.log(266 / 1280) + 1014 * Math.log(1014 / 1280)) / 1280, 6);
    expect(rocAuc).toBe(0.5);
  });

  it('scores what the network says of each flight', async () => {
    const small = await clicks.load(options, fetchPublic);
    const run = { params: initialParameters(model, 1), seed: 1, labelSmoothing: 0, dropout: 0 };
    const [predictions] = await predictOnce(model, [run], { arrays: small.arrays, rows: someRows(28_000, 1280) });
    const [crossEntropy] = model.score(predictions ?? { rows: 0, values: new Float32Array() });
    // Nothing is learnt yet: near ln 2.
    expect(crossEntropy).toBeGreaterThan(0.5);
    expect(crossEntropy).toBeLessThan(0.9);
  });

  it('shows four flights in words', () => {
    const { items, note } = model.show({ rows: 1280, values: new Float32Array(1280).fill(-2) });
    expect(note).toContain('in place of a click log');
    expect(items.map(({ title, isRight }) => [title, isRight])).toEqual([
      ['SDF to ATL', false],
      ['DFW to LAS', true],
      ['CLT to CMH', true],
      ['GSO to CLT', true],
    ]);
    expect(items[0]?.parts[0]).toMatchObject({
      kind: 'text',
      text: 'SDF to ATL, 321 miles. Thursday, 4 January 2001, left at 14:24; 3 departures in the hour before.',
    });
    const broken = model.show({ rows: 1280, values: new Float32Array(1280).fill(Number.NaN) });
    expect(broken.items.every(({ isRight }) => isRight === null)).toBe(true);
  });
});
