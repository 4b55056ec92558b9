import { beforeAll, describe, expect, test } from 'vitest';
import { counterUniform } from '../../kernels/counter-uniform.ts';
import * as tf from '../../kernels/tf.ts';
import type { LoadedData, Model } from '../definition.ts';
import { similarityOf } from '../metrics/ssim.ts';
import { defaultOptions } from '../options.ts';
import { fetchPublic } from '../testing/public-data.ts';
import { initialParameters, predictOnce, someRows, type TestRun, trainOnce } from '../testing/run-model.ts';
import { keepProbability, middleColumns, validationColumns, zeroFilledSlice } from './columns.ts';
import { mriModel } from './model.ts';
import { cases } from './mri.cases.ts';
import { mri } from './mri.ts';
import { randomColumns, zeroFilled } from './undersampling.ts';

const SIDE = 48;
const PIXELS = SIDE ** 2;
const options = { ...defaultOptions(mri), width: 2, depth: 1 };
let data: LoadedData;
let model: Model;
/** The same slices with fewer pixels: the convolutions of TensorFlow.js on the CPU take long. */
let small: LoadedData;

beforeAll(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
  data = await mri.load(options, fetchPublic);
  model = await mri.create(options, data);
  small = cases.small.shrink?.(data) ?? data;
});

const sliceOf = (row: number): Float32Array => data.arrays.x?.values.slice(row * PIXELS, (row + 1) * PIXELS) as Float32Array;
const run = (seed: number, dropout = 0): TestRun => ({ params: initialParameters(model, seed), seed, labelSmoothing: 0, dropout });
const indicesOf = (columns: Float32Array): number[] => [...columns.keys()].filter((k) => columns[k] === 1);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What a model would predict whose reconstruction of every validation slice is this. */
function predictionsOf(pixels: (row: number) => ArrayLike<number>) {
  const values = new Float32Array(data.validationRows * (1 + PIXELS));
  for (let row = 0; row < data.validationRows; row++) values.set(pixels(row), row * (1 + PIXELS) + 1);
  return { rows: data.validationRows, values };
}

describe('the slices', () => {
  test('are 269 + 45, with brightness from 0 to 1, and 15 validation slices of each plane', () => {
    expect([data.trainRows, data.validationRows]).toEqual([269, 45]);
    const { values, rowShape } = data.arrays.x as LoadedData['arrays'][string];
    expect(rowShape).toEqual([SIDE, SIDE]);
    expect(values.length).toBe(314 * PIXELS);
    expect(values.every((value: number) => value >= 0 && value <= 1)).toBe(true);
    for (const plane of ['sagittal', 'coronal', 'axial']) expect(data.words?.planes?.filter((own) => own === plane).length).toBe(15);
    // Where validation blocks lie, by the data set's notes: from sagittal 49, coronal 59 and so on.
    expect(Math.min(...(data.words?.numbers ?? []).map(Number))).toBeGreaterThanOrEqual(49);
  });
});

describe('undersampling', () => {
  test('measures 15 of 48 columns in validation, and as many on average in training', () => {
    expect(indicesOf(middleColumns(SIDE))).toEqual([22, 23, 24, 25]);
    expect(indicesOf(validationColumns(SIDE))).toEqual([0, 4, 8, 12, 16, 20, 22, 23, 24, 25, 28, 32, 36, 40, 44]);
    expect(keepProbability(SIDE)).toBe(0.25);
  });

  test('leaves validation slices with the similarity and errors that the data set gives', () => {
    const seen = someRows(data.trainRows, data.validationRows).map((row) => {
      const original = sliceOf(row);
      const values = zeroFilledSlice(original, validationColumns(SIDE));
      const squares = values.map((value, i) => (value - (original[i] as number)) ** 2);
      return { similarity: similarityOf(SIDE, 1)({ side: SIDE, values: original })({ side: SIDE, values }), error: mean([...squares]) };
    });
    expect(mean(seen.map(({ similarity }) => similarity))).toBeCloseTo(0.5662, 4);
    expect(mean(seen.map(({ error }) => error))).toBeCloseTo(0.01298, 5);
    expect(mean(seen.map(({ error }) => -10 * Math.log10(error)))).toBeCloseTo(19.01, 2);
  });

  test('is the same in the graph as on the host, and nothing where every column is measured', () => {
    const rows = [3, 300];
    const slices = tf.tensor3d(
      rows.flatMap((row) => [...sliceOf(row)]),
      [rows.length, SIDE, SIDE],
    );
    const everyThird = Float32Array.from({ length: SIDE }, (_, k) => (k % 3 === 1 ? 1 : 0));
    const expectSame = (found: tf.Tensor, measured: readonly Float32Array[]): void => {
      const values = found.dataSync();
      rows.forEach((row, index) => {
        const expected = zeroFilledSlice(sliceOf(row), measured[index] as Float32Array);
        // float32: sums of 48 numbers of size 1, twice.
        const worst = Math.max(...expected.map((value, i) => Math.abs(value - (values[index * PIXELS + i] as number))));
        expect(worst).toBeLessThan(2e-6);
      });
    };
    const validation = validationColumns(SIDE);
    expectSame(zeroFilled(slices, tf.tensor2d(validation, [1, SIDE])), [validation, validation]);
    expectSame(zeroFilled(slices, tf.tensor2d([...validation, ...everyThird], [2, SIDE])), [validation, everyThird]);
    const whole = zeroFilled(slices, tf.ones([1, SIDE]));
    expect(whole.sub(slices).abs().max().arraySync()).toBeLessThan(2e-6);
  });

  test('draws columns for every slice of a step: the middle ones always, a quarter of the others', () => {
    const slices = 400;
    const drawn = randomColumns(counterUniform(tf.tensor1d([5], 'int32'), 3, 0, [slices * SIDE]).reshape([slices, SIDE]));
    const shares = drawn.mean(0).dataSync();
    const middle = middleColumns(SIDE);
    shares.forEach((share, k) => {
      if (middle[k] === 1) expect(share).toBe(1);
      // Five standard deviations of the share of 400 draws.
      else expect(Math.abs(share - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / slices));
    });
    const patterns = new Set(((drawn.arraySync() as number[][]) ?? []).map((columns) => columns.join('')));
    expect(patterns.size).toBe(slices);
  });
});

describe('the network', () => {
  const parametersOf = (width: number, halvings: number, norm: 'instance' | 'layer' = 'instance'): number =>
    mriModel({ width, halvings, activation: 'leakyRelu', norm }).parameters.reduce(
      (sum, { shape }) => sum + shape.reduce((product, extent) => product * extent, 1),
      0,
    );

  test("has as many parameters as fastMRI's U-Net has with 32 channels and 4 halvings", () => {
    expect(parametersOf(32, 4)).toBe(7_756_097);
  });

  test('has 30,089 parameters by default, about as many in variant modelSize, and scales and offsets in variant layernorm', () => {
    expect(parametersOf(4, 3)).toBe(30_089);
    expect(parametersOf(8, 2)).toBe(29_137);
    // Two for each channel of 2 convolutions in each of 7 blocks: 4, 8, 16 and 32 channels, all but the last down and up.
    expect(parametersOf(4, 3, 'layer')).toBe(30_089 + 2 * 2 * (2 * (4 + 8 + 16) + 32));
  });

  test('reconstructs a slice the same way in any batch and beside any run', async () => {
    const together = await predictOnce(model, [run(1), run(2)], { arrays: small.arrays, rows: [270, 300, 313] });
    const alone = await predictOnce(model, [run(2)], { arrays: small.arrays, rows: [300] });
    const width = alone[0]?.values.length as number;
    expect(together[1]?.values.slice(width, 2 * width)).toEqual(alone[0]?.values);
  });

  test('predicts the mean absolute error of its pixels, in standard deviations of its input', async () => {
    const row = 275;
    const side = small.arrays.x?.rowShape[0] as number;
    const original = small.arrays.x?.values.slice(row * side * side, (row + 1) * side * side) as Float32Array;
    const [predictions] = await predictOnce(model, [run(3)], { arrays: small.arrays, rows: [row] });
    const [error, ...pixels] = Array.from(predictions?.values ?? []) as [number, ...number[]];
    const seen = [...zeroFilledSlice(original, validationColumns(side))];
    const centre = mean(seen);
    const deviation = Math.sqrt(mean(seen.map((value) => (value - centre) ** 2)));
    const expected = mean(pixels.map((pixel, i) => Math.abs(pixel - (original[i] as number)))) / deviation;
    expect(Math.abs(error - expected)).toBeLessThan(1e-5);
  });

  test('is trained by the loss that is shown, on columns that depend on seed and step only', async () => {
    const on = { arrays: small.arrays, rows: someRows(10, 2) };
    const { params } = run(1);
    const lossOf = async (seed: number, step: number, dropout = 0) => {
      const [own] = await trainOnce(model, [{ ...run(seed, dropout), params }], on, step);
      expect(own?.objective).toBe(own?.loss);
      return own?.loss;
    };
    const [a, b] = await trainOnce(
      model,
      [
        { ...run(7), params },
        { ...run(7), params },
      ],
      on,
      2,
    );
    expect(a).toEqual(b);
    expect(await lossOf(7, 2)).toBe(a?.loss);
    expect(await lossOf(8, 2)).not.toBe(a?.loss);
    expect(await lossOf(7, 3)).not.toBe(a?.loss);
    expect(await lossOf(7, 2, 0.5)).not.toBe(a?.loss);
  });

  test('names an option that is out of range', async () => {
    await expect(mri.create({ ...options, depth: 5 }, data)).rejects.toThrow(/Depth of workload mri is 5/);
    await expect(mri.create({ ...options, variant: 'relu' }, data)).rejects.toThrow(/Variant/);
  });
});

describe('the report', () => {
  test('scores the slices themselves with 1, and what is undersampled as the data set says', () => {
    expect(model.score(predictionsOf((row) => sliceOf(data.trainRows + row)))).toEqual([1, 0]);
    const measured = validationColumns(SIDE);
    const [similarity] = model.score(predictionsOf((row) => zeroFilledSlice(sliceOf(data.trainRows + row), measured)));
    expect(similarity).toBeCloseTo(0.5662, 4);
  });

  test('has no score where an output is not finite', () => {
    const broken = predictionsOf((row) => sliceOf(data.trainRows + row));
    broken.values[5000] = Number.NaN;
    expect(model.score(broken)).toEqual([Number.NaN, Number.NaN]);
  });

  test('shows a slice of each plane: undersampled, reconstructed and itself', () => {
    const { items } = model.show(predictionsOf((row) => sliceOf(data.trainRows + row)));
    expect(items.map(({ title }) => title.split(' ')[0])).toEqual(['Sagittal', 'Coronal', 'Axial']);
    for (const { parts } of items) {
      const [seen, found, original] = parts;
      if (seen?.kind !== 'image' || found?.kind !== 'image' || original?.kind !== 'image') throw new Error('other parts');
      expect(seen.caption).toMatch(/^undersampled, SSIM 0\.[4-7]/);
      expect(found.caption).toBe('reconstruction, SSIM 1.000');
      expect(found.pixels).toEqual(original.pixels);
      expect(seen.pixels).not.toEqual(original.pixels);
      expect(original.pixels.length).toBe(PIXELS);
    }
    const broken = model.show(predictionsOf(() => new Float32Array(PIXELS).fill(Number.NaN)));
    for (const { parts } of broken.items) expect(parts[1]?.caption).toMatch(/not finite/);
  });
});
