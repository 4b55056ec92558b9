import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgpu';
import { beforeAll, expect, test } from 'vitest';
import { normals } from '../../kernels/counter-random.ts';
import * as tf from '../../kernels/tf.ts';
import { initialParameters, someRows, type TestRun, trainOnce } from '../testing/run-model.ts';
import { digitsModel } from './model.ts';

const [INPUTS, WIDTH, CLASSES, ROWS] = [64, 32, 10, 16];
const model = digitsModel(INPUTS, WIDTH, 2, CLASSES);
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
const run = (seed: number): TestRun => ({ params: initialParameters(model, seed), seed, labelSmoothing: 0.1, dropout: 0.2 });

const on = async (backend: 'cpu' | 'webgpu', runs: readonly TestRun[]) => {
  expect(await tf.setBackend(backend)).toBe(true);
  expect(tf.getBackend()).toBe(backend);
  return trainOnce(model, runs, fixture, 3);
};

beforeAll(() => {
  // Small tensors would otherwise be computed on the CPU, and the test would prove nothing.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
});

test('the GPU agrees with the CPU on objective, loss and gradient, dropout and label smoothing included', async () => {
  const runs = [run(1), run(2), run(3)];
  const expected = await on('cpu', runs);
  const found = await on('webgpu', runs);
  expected.forEach((own, r) => {
    // float32 in another order of summation: at most 64 terms of size 1, some units of 6e-8 each.
    expect(Math.abs((found[r]?.objective as number) - own.objective)).toBeLessThan(1e-5);
    expect(Math.abs((found[r]?.loss as number) - own.loss)).toBeLessThan(1e-5);
    own.gradients.forEach((gradient, t) => {
      const worst = gradient.reduce((max, value, i) => Math.max(max, Math.abs(value - (found[r]?.gradients[t]?.[i] as number))), 0);
      expect(worst, `run ${r} ${model.parameters[t]?.name}`).toBeLessThan(1e-5);
    });
  });
});

test('a NaN in one hidden unit reaches the loss of its own run on the GPU and leaves the others as they are', async () => {
  const broken = run(2);
  const params = broken.params.map((values, i) => (i === 1 ? values.slice().fill(Number.NaN, 0, 1) : values));
  const clean = await on('webgpu', [run(1), broken, run(3)]);
  const found = await on('webgpu', [run(1), { ...broken, params }, run(3)]);
  expect(found[1]?.objective).toBeNaN();
  expect(found[1]?.loss).toBeNaN();
  expect(found[0]).toEqual(clean[0]);
  expect(found[2]).toEqual(clean[2]);
});
