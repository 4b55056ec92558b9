import { beforeAll, expect, test } from 'vitest';
import { normals } from '../../kernels/counter-random.ts';
import * as tf from '../../kernels/tf.ts';
import { logSumExp } from './log-sum-exp.ts';

const [ROWS, N] = [4, 7];
const x = Float32Array.from(normals(1, 0, 0, ROWS * N), (value, i) => 3 * value + (i < N ? 200 : 0));
const weights = normals(2, 0, 0, ROWS);
const row = (values: ArrayLike<number>, index: number): readonly number[] => Array.from(values).slice(index * N, (index + 1) * N);
const expected = (values: readonly number[]): number => {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
};

beforeAll(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
});

test('is the logarithm of the sum of exponentials, also of large numbers, with the softmax as gradient', () => {
  const { value, grad } = tf.valueAndGrad((t) =>
    logSumExp(t)
      .mul(tf.tensor(weights, [2, ROWS / 2]))
      .sum(),
  )(tf.tensor(x, [2, ROWS / 2, N]));
  const [found, gradient] = [value.dataSync()[0] as number, grad.dataSync()];
  const sums = Array.from({ length: ROWS }, (_, index) => expected(row(x, index)));
  // float32 of numbers near 200.
  expect(Math.abs(found - sums.reduce((total, sum, index) => total + sum * (weights[index] as number), 0))).toBeLessThan(2e-4);
  sums.forEach((sum, index) => {
    row(x, index).forEach((logit, i) => {
      expect(Math.abs((row(gradient, index)[i] as number) - (weights[index] as number) * Math.exp(logit - sum))).toBeLessThan(2e-5);
    });
  });
});

test('lets a NaN through, in its own row', () => {
  const broken = x.slice().fill(Number.NaN, N + 2, N + 3);
  const found = logSumExp(tf.tensor(broken, [ROWS, N])).dataSync();
  expect(Array.from(found, Number.isNaN)).toEqual([false, true, false, false]);
});
