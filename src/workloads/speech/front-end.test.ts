import { beforeAll, expect, test } from 'vitest';
import { counterUniform } from '../../kernels/counter-uniform.ts';
import * as tf from '../../kernels/tf.ts';
import { Parameters, type Pass } from '../layers/pass.ts';
import { SPEECH } from './data.ts';
import { augmentation, decodedFrames, within } from './front-end.ts';

const { time, bins } = SPEECH;
const [RUNS, BATCH] = [2, 50];

beforeAll(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
});

const passOf = (seeds: readonly number[], step: number): Pass => ({
  params: [],
  runs: RUNS,
  batch: BATCH,
  statisticsRows: BATCH,
  reg: {
    labelSmoothing: tf.zeros([RUNS, 1]),
    dropout: tf.zeros([RUNS, 1]),
    auxDropout: tf.zeros([RUNS, 1]),
    uniform: (layer, shape) => counterUniform(tf.tensor1d([...seeds], 'int32'), step, layer, shape),
  },
});

const frames = tf.tensor1d(
  Array.from({ length: BATCH }, (_, row) => 7 + row),
  'int32',
);
const augment = augmentation(new Parameters(), { frequencyMasks: 2, timeMasks: 2 });

test('every fourth frame of an utterance is decoded, the last ones too', () => {
  const lengths = tf.tensor1d([1, 4, 5, 64], 'int32');
  expect(decodedFrames(lengths).arraySync()).toEqual([1, 1, 2, 16]);
  expect(within(lengths, 4).sum(1).arraySync()).toEqual([1, 1, 2, 16]);
});

test('SpecAugment takes whole bands and whole stretches of time out of what is there, and as much as it may', () => {
  const found = augment(passOf([3, 4], 5), tf.ones([BATCH, time, bins]), frames).arraySync() as number[][][];
  expect(found.length).toBe(RUNS * BATCH);
  const masked: [number[], number[]] = [[], []];
  found.forEach((rows, example) => {
    const length = 7 + (example % BATCH);
    const bandIsOut = Array.from({ length: bins }, (_, bin) => rows.every((row) => row[bin] === 0));
    const timeIsOut = rows.map((row) => row.every((value) => value === 0));
    expect(rows.every((row, t) => row.every((value, bin) => value === (bandIsOut[bin] || timeIsOut[t] ? 0 : 1)))).toBe(true);
    const [bands, stretches] = [bandIsOut, timeIsOut].map((all) => all.filter(Boolean).length) as [number, number];
    expect(bands).toBeLessThanOrEqual(2 * 6);
    expect(stretches).toBeLessThanOrEqual(2 * Math.ceil(length / 10));
    expect(timeIsOut.slice(length).some(Boolean)).toBe(false);
    masked[0].push(bands);
    masked[1].push(stretches / length);
  });
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  // Two bands of 3 bins on average, which may overlap; two stretches of a twentieth, and what rounding adds.
  expect(mean(masked[0])).toBeGreaterThan(4.5);
  expect(mean(masked[0])).toBeLessThan(6.2);
  expect(mean(masked[1])).toBeGreaterThan(0.07);
  expect(mean(masked[1])).toBeLessThan(0.14);
});

test('SpecAugment is the same for runs of one seed, another at each step, and left out of a deterministic pass', () => {
  const x = tf.ones([BATCH, time, bins]);
  const of = (seeds: readonly number[], step: number): readonly (readonly number[])[] => {
    const values = augment(passOf(seeds, step), x, frames).dataSync();
    return [0, 1].map((run) => Array.from(values.slice((run * values.length) / 2, ((run + 1) * values.length) / 2)));
  };
  const [first, second] = of([3, 3], 1);
  expect(first).toEqual(second);
  expect(of([3, 4], 1)[1]).not.toEqual(first);
  expect(of([3, 3], 2)[0]).not.toEqual(first);
  expect(augment({ ...passOf([3, 3], 1), reg: null }, x, frames)).toBe(x);
});
