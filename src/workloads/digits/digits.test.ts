import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { fillUniform, normals } from '../../kernels/counter-random.ts';
import * as tf from '../../kernels/tf.ts';
import { scoreClasses } from '../classification.ts';
import type { Predictions } from '../definition.ts';
import { defaultOptions } from '../options.ts';
import { fetchPublic } from '../testing/public-data.ts';
import { initialParameters, predictOnce, someRows, type TestRun, trainOnce } from '../testing/run-model.ts';
import { digits } from './digits.ts';
import { digitsModel } from './model.ts';

const [INPUTS, WIDTH, DEPTH, CLASSES, ROWS] = [6, 8, 2, 3, 5];
const model = digitsModel(INPUTS, WIDTH, DEPTH, CLASSES);
const fixture = {
  rows: someRows(0, ROWS),
  arrays: {
    x: { values: normals(1, 0, 0, ROWS * INPUTS), rowShape: [INPUTS] },
    y: {
      values: Float32Array.from({ length: ROWS * CLASSES }, (_, i) => (i % CLASSES === Math.floor(i / CLASSES) % CLASSES ? 1 : 0)),
      rowShape: [CLASSES],
    },
  },
};
const run = (seed: number, labelSmoothing = 0, dropout = 0): TestRun => ({
  // Biases away from 0, so that their gradients are tested at a general point.
  params: initialParameters(model, seed).map((values, i) => (i % 2 ? normals(seed, i, 9, values.length) : values)),
  seed,
  labelSmoothing,
  dropout,
});

/** The objective in float64, straight from the definition, with dropout masks from the counter generator. */
function objective64(params: readonly Float64Array[], { seed, labelSmoothing: a, dropout }: TestRun, step: number): number {
  let total = 0;
  const masks = Array.from({ length: DEPTH }, (_, layer) => {
    const mask = new Float32Array(ROWS * WIDTH);
    fillUniform(seed, step, layer, mask);
    return mask;
  });
  for (const row of fixture.rows) {
    let h: number[] = [...fixture.arrays.x.values.slice(row * INPUTS, (row + 1) * INPUTS)];
    for (let layer = 0; layer <= DEPTH; layer++) {
      const [W, b] = params.slice(2 * layer, 2 * layer + 2) as [Float64Array, Float64Array];
      const outputs = b.length;
      const z = Array.from(b, (bias, o) => h.reduce((sum, value, i) => sum + value * (W[i * outputs + o] as number), bias));
      h =
        layer === DEPTH
          ? z
          : z.map((value, o) =>
              value > 0 && ((masks[layer] as Float32Array)[row * WIDTH + o] as number) >= dropout ? value / (1 - dropout) : 0,
            );
    }
    const logTotal = Math.log(h.reduce((sum, value) => sum + Math.exp(value), 0));
    h.forEach((value, c) => {
      const label = fixture.arrays.y.values[row * CLASSES + c] as number;
      total -= ((1 - a) * label + a / CLASSES) * (value - logTotal);
    });
  }
  return total / ROWS;
}

describe.each(['cpu', 'wasm'])('the digits model on %s', (backend) => {
  let tensorsBefore = 0;
  beforeAll(async () => {
    setWasmPaths('node_modules/@tensorflow/tfjs-backend-wasm/dist/');
    expect(await tf.setBackend(backend)).toBe(true);
    tensorsBefore = tf.memory().numTensors;
  });
  afterEach(() => expect(tf.memory().numTensors).toBe(tensorsBefore));

  test.each([
    { labelSmoothing: 0, dropout: 0 },
    { labelSmoothing: 0.2, dropout: 0 },
    { labelSmoothing: 0.1, dropout: 0.3 },
  ])('has the gradient of float64 central differences: $labelSmoothing, $dropout', async ({ labelSmoothing, dropout }) => {
    const step = 17;
    const runs = [run(1, labelSmoothing, dropout), run(2, labelSmoothing, dropout)];
    (await trainOnce(model, runs, fixture, step)).forEach((found, r) => {
      const own = runs[r] as TestRun;
      const params = own.params.map((values) => Float64Array.from(values));
      // float32 against float64: sums of at most 8 terms of size 1 through three layers, a few units of 6e-8 each.
      expect(Math.abs(found.objective - objective64(params, own, step))).toBeLessThan(2e-6);
      const h = 1e-6;
      params.forEach((values, t) => {
        values.forEach((value, i) => {
          values[i] = value + h;
          const ahead = objective64(params, own, step);
          values[i] = value - h;
          const behind = objective64(params, own, step);
          values[i] = value;
          const expected = (ahead - behind) / (2 * h);
          const gradient = found.gradients[t]?.[i] as number;
          // As above; central differences add 1e-16 / h = 1e-10. No pre-activation lies within h of the kink.
          expect(
            Math.abs(gradient - expected),
            `run ${r} ${model.parameters[t]?.name}[${i}]: ${gradient} instead of ${expected}`,
          ).toBeLessThan(2e-6);
        });
      });
    });
  });

  test('gives three batched runs the values they have alone', async () => {
    const runs = [run(1), run(2, 0.1), run(3, 0.2, 0.1)];
    const together = await trainOnce(model, runs, fixture, 4);
    for (const [r, own] of runs.entries()) expect((await trainOnce(model, [own], fixture, 4))[0]).toEqual(together[r]);
  });

  test.each([1, 3])('a NaN in hidden layer tensor %s reaches the loss of its own run and no other', async (tensor) => {
    // Bias: a NaN pre-activation in one hidden unit, the case in which max(x, 0) would hide it.
    const broken = run(2);
    const params = broken.params.map((values, i) => (i === tensor ? values.slice().fill(Number.NaN, 0, 1) : values));
    const [first, bad, last] = await trainOnce(model, [run(1), { ...broken, params }, run(3)], fixture, 0);
    expect(bad?.objective).toBeNaN();
    expect(first).toEqual((await trainOnce(model, [run(1)], fixture, 0))[0]);
    expect(last).toEqual((await trainOnce(model, [run(3)], fixture, 0))[0]);
    const [calm, lost] = await predictOnce(model, [run(1), { ...broken, params }], fixture);
    expect(lost?.values.every(Number.isNaN)).toBe(true);
    expect(calm).toEqual((await predictOnce(model, [run(1)], fixture))[0]);
  });

  test('dropout is shared by runs of one seed and differs between seeds, steps and layers', async () => {
    const params = run(1).params;
    const of = async (seed: number, step: number) =>
      (await trainOnce(model, [{ params, seed, labelSmoothing: 0, dropout: 0.5 }], fixture, step))[0]?.loss;
    const [a, b] = await trainOnce(
      model,
      [7, 7].map((seed) => ({ params, seed, labelSmoothing: 0, dropout: 0.5 })),
      fixture,
      2,
    );
    expect(a).toEqual(b);
    expect(await of(7, 2)).toBe(a?.loss);
    expect(await of(8, 2)).not.toBe(a?.loss);
    expect(await of(7, 3)).not.toBe(a?.loss);
  });

  test('dropout of 0 changes no bit, so that leaving the masks out is allowed', async () => {
    const masked = (await trainOnce(model, [run(1)], fixture, 0))[0];
    const withoutMasks = {
      ...model,
      trainLoss: (p, b, reg) => model.trainLoss(p, b, { ...reg, hasDropout: false }),
    } satisfies typeof model;
    expect((await trainOnce(withoutMasks, [run(1)], fixture, 0))[0]).toEqual(masked);
  });

  test('evaluates without dropout or smoothing', async () => {
    const plain = (await trainOnce(model, [run(1)], fixture, 0))[0]?.loss as number;
    const [predictions] = await predictOnce(model, [run(1, 0.2, 0.5)], fixture);
    const labels = Array.from({ length: ROWS }, (_, row) => row % CLASSES);
    // Same sums in another order of operations: a few units in the last place.
    expect(Math.abs(scoreClasses(predictions as Predictions, labels).crossEntropy - plain)).toBeLessThan(1e-6);
  });
});

describe('the initial parameters', () => {
  const big = digitsModel(64, 256, 2, 10);

  test('are a pure function of seed and tensor', () => {
    expect(initialParameters(big, 3)).toEqual(initialParameters(big, 3));
    const [W0, , W1] = initialParameters(big, 3) as [Float32Array, Float32Array, Float32Array];
    expect(W0).not.toEqual(initialParameters(big, 4)[0]);
    expect(W1.slice(0, 100)).not.toEqual(W0.slice(0, 100));
  });

  test('have variance 2 / fan-in before a ReLU, 1 / fan-in at the end, and zero biases', () => {
    const gains = [2, 2, 1];
    initialParameters(big, 3).forEach((values, i) => {
      const isBias = i % 2 === 1;
      const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
      const expected = isBias ? 0 : (gains[i / 2] as number) / (big.parameters[i]?.shape[0] as number);
      // The standard error of a sample variance of N normals is sqrt(2 / N) of it; 5 of them.
      expect(Math.abs(variance - expected), big.parameters[i]?.name).toBeLessThanOrEqual(5 * Math.sqrt(2 / values.length) * expected);
    });
  });
});

describe('the digits workload', () => {
  test('loads 1,400 + 397 images, standardised by the training rows', async () => {
    const data = await digits.load(defaultOptions(digits), fetchPublic);
    expect([data.trainRows, data.validationRows]).toEqual([1400, 397]);
    const x = data.arrays.x?.values.subarray(0, 1400 * 64) as Float32Array;
    const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
    const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
    // The constants have 6 digits.
    expect(Math.abs(mean)).toBeLessThan(1e-5);
    expect(Math.abs(variance - 1)).toBeLessThan(1e-5);
    const y = data.arrays.y?.values as Float32Array;
    expect(y.length).toBe(1797 * 10);
    expect(y.reduce((sum, value) => sum + value, 0)).toBe(1797);
    expect(data.attribution.spdx).toBe('BSD-3-Clause');
  });

  test('names an option that is out of range', async () => {
    const data = await digits.load(defaultOptions(digits), fetchPublic);
    await expect(digits.create({ width: 4, depth: 2 }, data)).rejects.toThrow(
      /Width of workload digits is 4: it must be a whole number from 8 to 1024/,
    );
    await expect(digits.create({ width: 64, depth: 5 }, data)).rejects.toThrow(/Depth/);
  });
});
