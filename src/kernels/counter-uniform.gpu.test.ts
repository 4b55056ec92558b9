import '@tensorflow/tfjs-backend-webgpu';
import { beforeAll, expect, test } from 'vitest';
import { fillUniform } from './counter-random.ts';
import { counterUniform } from './counter-uniform.ts';
import * as tf from './tf.ts';

beforeAll(async () => {
  expect(await tf.setBackend('webgpu')).toBe(true);
  expect(tf.getBackend()).toBe('webgpu');
});

// Both sides of a workgroup's 64 elements, several rows, and large counters whose products wrap around.
test.each([
  { seeds: [0], step: 0, layer: 0, shape: [1] },
  { seeds: [1, 2, 1], step: 5, layer: 3, shape: [63] },
  { seeds: [1, 2, 1], step: 5, layer: 3, shape: [5, 13] },
  { seeds: [-1, 2147483647, -2147483648], step: 2147483647, layer: 2147483647, shape: [64] },
  { seeds: [3, 4], step: 599, layer: 1, shape: [64, 1100] },
])('gives the same bits as JavaScript: seeds $seeds, step $step, layer $layer, shape $shape', async ({ seeds, step, layer, shape }) => {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const expected = new Float32Array(seeds.length * size);
  seeds.forEach((seed, r) => {
    fillUniform(seed, step, layer, expected.subarray(r * size, (r + 1) * size));
  });
  const seedTensor = tf.tensor1d(seeds, 'int32');
  const values = counterUniform(seedTensor, step, layer, shape);
  expect(values.shape).toEqual([seeds.length, ...shape]);
  const found = (await values.data()) as Float32Array;
  const wrong = found.findIndex((value, i) => value !== expected[i]);
  expect(wrong, `element ${wrong}: ${found[wrong]} instead of ${expected[wrong]}`).toBe(-1);
  expect(found.length).toBe(expected.length);
  tf.dispose([seedTensor, values]);
});

test('lets the gradient of its partner through on the GPU', async () => {
  const seeds = tf.tensor1d([1, 2], 'int32');
  const x = tf.ones([2, 3]);
  const grad = tf.grad((p: tf.Tensor) => p.mul(counterUniform(seeds, 0, 0, [3])).sum())(x);
  const expected = new Float32Array(6);
  fillUniform(1, 0, 0, expected.subarray(0, 3));
  fillUniform(2, 0, 0, expected.subarray(3, 6));
  expect(await grad.data()).toEqual(expected);
  tf.dispose([seeds, x, grad]);
});
