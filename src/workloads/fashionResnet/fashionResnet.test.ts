import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '../../kernels/tf.ts';
import type { LoadedData, Model } from '../definition.ts';
import { defaultOptions } from '../options.ts';
import { fetchPublic } from '../testing/public-data.ts';
import { initialParameters, predictOnce, someRows, type TestRun } from '../testing/run-model.ts';
import { fashionResnet } from './fashionResnet.ts';

const options = { ...defaultOptions(fashionResnet), width: 2 };
let data: LoadedData;
let model: Model;

beforeAll(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
  data = await fashionResnet.load(options, fetchPublic);
  model = await fashionResnet.create(options, data);
});

const run = (of: Model = model): TestRun => ({ params: initialParameters(of, 1), seed: 1, labelSmoothing: 0, dropout: 0 });
/** Log-probabilities and losses of some rows, with the statistics of others. */
const predictions = async (rows: readonly number[], calibration: readonly number[], of: Model = model, own = run(of)) =>
  (await predictOnce(of, [own], { ...data, rows }, { ...data, rows: calibration }))[0]?.values as Float32Array;
const difference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);

describe('the pictures of clothes', () => {
  test('are 8,000 + 512 of 14x14 pixels in ten classes of the same size, standardised by the training rows', () => {
    expect([data.trainRows, data.validationRows]).toEqual([8000, 512]);
    const x = data.arrays.x?.values.subarray(0, 8000 * 196) as Float32Array;
    const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
    const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
    // The constants have 6 digits.
    expect(Math.abs(mean)).toBeLessThan(1e-5);
    expect(Math.abs(variance - 1)).toBeLessThan(1e-5);
    const y = data.arrays.y?.values as Float32Array;
    for (let c = 0; c < 10; c++) {
      let count = 0;
      for (let row = 0; row < 8000; row++) count += y[row * 10 + c] as number;
      expect(count).toBe(800);
    }
    expect(data.attribution.spdx).toBe('MIT');
  });
});

describe('the residual network', () => {
  test('says of a picture what it says of it alone, and something else with the statistics of other training rows', async () => {
    const first = await predictions([8000, 8001, 8002], someRows(0, 4));
    const alone = await predictions([8001], someRows(0, 4));
    // The same sums in the same order.
    expect(first.slice(11, 22)).toEqual(alone);
    // Far above rounding: the statistics of 4 rows differ by tens of percent.
    expect(difference(await predictions([8001], someRows(4, 4)), alone)).toBeGreaterThan(1e-3);
  });

  test('starts with blocks that hand on their shortcuts: what is inside of them does not matter', async () => {
    const fresh = await predictions([8000, 8001], someRows(0, 4));
    const own = run();
    const isInside = (name: string): boolean => /block\d\.\d\.W/.test(name);
    const others = initialParameters(model, 2);
    const params = own.params.map((values, i) => (isInside(model.parameters[i]?.name ?? '') ? (others[i] as Float32Array) : values));
    expect(model.parameters.filter(({ name }) => isInside(name)).length).toBe(9);
    expect(await predictions([8000, 8001], someRows(0, 4), model, { ...own, params })).toEqual(fresh);
  });

  test('starts the last scale of every block at 8 in one variant, and no other', async () => {
    const large = await fashionResnet.create({ ...options, variant: 'largeBnInit' }, data);
    const scales = (of: Model): readonly number[] =>
      of.parameters.flatMap(({ name, init }, i) => (name.endsWith('.norm.scale') ? [init(1, i)[0] as number] : []));
    expect(scales(model).filter((scale) => scale === 0).length).toBe(3);
    expect(scales(large)).toEqual(scales(model).map((scale) => (scale === 0 ? 8 : scale)));
  });

  test('has one shortcut without parameters for each further block of a stage', async () => {
    const deep = await fashionResnet.create({ ...options, depth: 2 }, data);
    const count = (pattern: RegExp): number => deep.parameters.filter(({ name }) => pattern.test(name)).length;
    expect(count(/\.1\.W$/)).toBe(6);
    expect(count(/\.shortcut\.W$/)).toBe(3);
  });

  test('shows four validation pictures with the probabilities of the ten classes', async () => {
    const { note, items } = model.show({ rows: 4, values: await predictions(someRows(8000, 4), someRows(0, 4)) });
    expect(note).toContain('14x14');
    expect(items.map(({ parts }) => parts.map(({ kind }) => kind))).toEqual(Array(4).fill(['image', 'probabilities']));
  });
});
