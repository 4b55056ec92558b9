import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '../../kernels/tf.ts';
import type { LoadedData, Model } from '../definition.ts';
import { headsOf } from '../layers/attention.ts';
import { defaultOptions } from '../options.ts';
import { fetchPublic } from '../testing/public-data.ts';
import { initialParameters, predictOnce, someRows, type TestRun, trainOnce } from '../testing/run-model.ts';
import { fashionVit } from './fashionVit.ts';
import { cutPatches, gridPositions } from './patches.ts';

const options = { ...defaultOptions(fashionVit), width: 8, depth: 1 };
let data: LoadedData;
let model: Model;

beforeAll(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
  data = await fashionVit.load(options, fetchPublic);
  model = await fashionVit.create(options, data);
});

const run = (of: Model, change: Partial<TestRun> = {}): TestRun => ({
  params: initialParameters(of, 1),
  seed: 1,
  labelSmoothing: 0,
  dropout: 0,
  ...change,
});
const on = () => ({ ...data, rows: someRows(0, 3) });
const variantOf = (variant: string): Promise<Model> => fashionVit.create({ ...options, variant }, data);

describe('patches', () => {
  test('are squares of neighbouring pixels, from left to right and from top to bottom', () => {
    const pixels = tf.range(0, 16).reshape([1, 16]);
    expect(cutPatches(pixels, 4, 2).arraySync()).toEqual([
      [
        [0, 1, 4, 5],
        [2, 3, 6, 7],
        [8, 9, 12, 13],
        [10, 11, 14, 15],
      ],
    ]);
  });

  test('have places that differ, given by sines and cosines of column and row', () => {
    const [width, temperature] = [10, 10];
    const places = gridPositions(2, width, temperature);
    const rows = [0, 1, 2, 3].map((place) => Array.from(places.subarray(place * width, (place + 1) * width)));
    const wave = (fn: (angle: number) => number, coordinate: number): number[] =>
      [1, 1 / temperature].map((frequency) => Math.fround(fn(frequency * coordinate)));
    const expected = (column: number, row: number): number[] => [
      ...wave(Math.sin, column),
      ...wave(Math.cos, column),
      ...wave(Math.sin, row),
      ...wave(Math.cos, row),
      0,
      0,
    ];
    expect(rows).toEqual([expected(0, 0), expected(1, 0), expected(0, 1), expected(1, 1)]);
  });
});

describe('the vision transformer', () => {
  test('has heads that divide its width and are at least 8 wide where it is', () => {
    expect([4, 8, 16, 32, 21, 9, 36, 256].map((width) => headsOf(width, 8))).toEqual([1, 1, 2, 4, 1, 1, 4, 32]);
  });

  test('takes notice of where a patch is: pictures with their halves exchanged look different', async () => {
    const x = data.arrays.x as LoadedData['arrays'][string];
    const half = 98;
    const values = (x.values as Float32Array).slice(0, 3 * 196);
    for (let row = 0; row < 3; row++) {
      const own = values.slice(row * 196, (row + 1) * 196);
      values.set(own.subarray(half), row * 196);
      values.set(own.subarray(0, half), row * 196 + half);
    }
    const says = async (from: LoadedData['arrays']): Promise<number[]> =>
      (await predictOnce(model, [run(model)], { ...on(), arrays: from })).flatMap((own) => Array.from(own.values));
    const [before, after] = [await says(data.arrays), await says({ ...data.arrays, x: { ...x, values } })];
    const largest = Math.max(...before.map((value, i) => Math.abs(value - (after[i] as number))));
    // Rounding is below 1e-6.
    expect(largest).toBeGreaterThan(1e-3);
  });

  test('has the parts of its variants', async () => {
    const names = async (variant: string): Promise<Set<string>> => new Set((await variantOf(variant)).parameters.map(({ name }) => name));
    const base = await names('base');
    const more = async (variant: string): Promise<string[]> => [...(await names(variant))].filter((name) => !base.has(name));
    const fewer = async (variant: string): Promise<string[]> => {
      const own = await names(variant);
      return [...base].filter((name) => !own.has(name));
    };
    expect([await more('glu'), await fewer('glu')]).toEqual([['block0.mlp.gate.W', 'block0.mlp.gate.b'], []]);
    expect([await more('postLn'), await fewer('postLn')]).toEqual([[], ['last.norm.scale', 'last.norm.offset']]);
    expect(await more('map')).toContain('pool.probe');
    expect(await fewer('map')).toEqual([]);
  });

  test('drops at two rates of which each changes the loss, in training only', async () => {
    const loss = async (change: Partial<TestRun>): Promise<number> =>
      (await trainOnce(model, [run(model, change)], on(), 0))[0]?.loss as number;
    const plain = await loss({});
    expect(await loss({ dropout: 0.3 })).not.toBe(plain);
    expect(await loss({ auxDropout: 0.3 })).not.toBe(plain);
    expect(await predictOnce(model, [run(model, { dropout: 0.3, auxDropout: 0.3 })], on())).toEqual(
      await predictOnce(model, [run(model)], on()),
    );
  });

  test('is evaluated on the first 1,024 validation rows', () => {
    expect([data.trainRows, data.validationRows]).toEqual([8000, 1024]);
    expect(data.arrays.x?.values.length).toBe(9024 * 196);
  });
});
