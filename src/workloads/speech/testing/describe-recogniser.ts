import { beforeAll, expect, test } from 'vitest';
import { normals } from '../../../kernels/counter-random.ts';
import * as tf from '../../../kernels/tf.ts';
import type { Network, Predictions } from '../../definition.ts';
import { initialParameters, predictOnce, someRows, type TestRows, type TestRun, trainOnce } from '../../testing/run-model.ts';
import { NO_LABEL, SPEECH } from '../data.ts';

const { time, bins, labels } = SPEECH;
const ROWS = 4;
const LENGTHS = [30, 64, 21, 9];

/** Utterances of noise, 0 beyond their ends. */
function utterances(): TestRows['arrays'] {
  const x = normals(1, 0, 0, ROWS * time * bins);
  LENGTHS.forEach((length, row) => {
    x.fill(0, (row * time + length) * bins, (row + 1) * time * bins);
  });
  return {
    x: { values: x, rowShape: [time, bins] },
    frames: { values: Int32Array.from(LENGTHS), rowShape: [] },
    labels: {
      values: Int32Array.from({ length: ROWS * labels }, (_, i) => (i % labels <= Math.floor(i / labels) % 3 ? (i * 7) % 10 : NO_LABEL)),
      rowShape: [labels],
    },
  };
}

const run = (model: Network, seed: number): TestRun => ({
  params: initialParameters(model, seed),
  seed,
  labelSmoothing: 0,
  dropout: 0.2,
  auxDropout: 0.1,
});

/** float32 in another order of operations. */
const TOLERANCE = 1e-4;

/**
 * What every recogniser owes its rows.
 * @param hasBatchNorm whether it takes statistics from training rows
 */
export function describeRecogniser(model: Network, hasBatchNorm: boolean): void {
  const arrays = utterances();
  const predict = async (rows: readonly number[], from = arrays): Promise<readonly (readonly number[])[]> => {
    const calibration = hasBatchNorm ? { arrays: from, rows: someRows(0, model.calibrationRows ?? 0) } : null;
    const [found] = (await predictOnce(model, [run(model, 1)], { arrays: from, rows }, calibration)) as [Predictions];
    const width = found.values.length / found.rows;
    return rows.map((_, row) => Array.from(found.values.subarray(row * width, (row + 1) * width)));
  };

  beforeAll(async () => {
    expect(await tf.setBackend('cpu')).toBe(true);
  });

  test('asks for training rows where it has batch normalization', () => {
    expect(model.calibrationRows ?? 0).toBe(hasBatchNorm ? 2 : 0);
  });

  test('predicts a row alone as in company', async () => {
    const rows = [3, 0, 2];
    const together = await predict(rows);
    for (const [index, row] of rows.entries()) {
      const [alone] = (await predict([row])) as [readonly number[]];
      expect(alone.slice(1)).toEqual(together[index]?.slice(1));
      expect(Math.abs((alone[0] as number) - (together[index]?.[0] as number))).toBeLessThan(TOLERANCE);
    }
  });

  test('trains batched runs as alone', async () => {
    const runs = [1, 2].map((seed) => run(model, seed));
    const together = await trainOnce(model, runs, { arrays, rows: [1, 3] }, 4);
    for (const [index, own] of runs.entries()) {
      const [alone] = await trainOnce(model, [own], { arrays, rows: [1, 3] }, 4);
      expect(Math.abs((alone?.loss as number) - (together[index]?.loss as number))).toBeLessThan(TOLERANCE);
      alone?.gradients.forEach((values, t) => {
        const other = together[index]?.gradients[t] as Float32Array;
        const size = Math.hypot(...values);
        const worst = values.reduce((most, value, i) => Math.max(most, Math.abs(value - (other[i] as number))), 0);
        expect(worst, model.parameters[t]?.name).toBeLessThan(TOLERANCE * Math.max(1, size));
      });
    }
  });

  test('is not influenced by what lies beyond the ends', async () => {
    // The first frame beyond an end is seen by the first convolution, so it must be 0, as it is in the data; noise in all others.
    const x = normals(2, 0, 0, ROWS * time * bins);
    const features = arrays.x?.values as Float32Array;
    LENGTHS.forEach((length, row) => {
      const [start, end] = [row * time * bins, (row * time + length) * bins];
      x.set(features.subarray(start, end), start);
      if (length < time) x.fill(0, end, end + bins);
    });
    const noisy = { ...arrays, x: { values: x, rowShape: [time, bins] } };
    const clean = await predict(someRows(0, ROWS));
    const dirty = await predict(someRows(0, ROWS), noisy);
    LENGTHS.forEach((length, row) => {
      const heard = 1 + Math.ceil(length / 4);
      expect(dirty[row]?.slice(0, heard)).toEqual(clean[row]?.slice(0, heard));
    });
  });
}
