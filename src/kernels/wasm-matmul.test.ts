import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from './tf.ts';
import { installWasmMatMul } from './wasm-matmul.ts';

beforeAll(async () => {
  setWasmPaths(`${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  setThreadsCount(1);
  installWasmMatMul();
  expect(await tf.setBackend('wasm')).toBe(true);
});

/** Deterministic values in [-1, 1]. */
const values = (shape: readonly number[], phase: number): Float32Array =>
  Float32Array.from({ length: shape.reduce((product, extent) => product * extent, 1) }, (_, i) => Math.sin(1.7 * i + phase));

async function multiply(backend: 'cpu' | 'wasm', a: readonly number[], b: readonly number[], transposeA: boolean, transposeB: boolean) {
  await tf.setBackend(backend);
  const [x, y] = [tf.tensor(values(a, 0), [...a]), tf.tensor(values(b, 1), [...b])];
  const out = tf.matMul(x, y, transposeA, transposeB);
  const data = await out.data();
  tf.dispose([x, y, out]);
  return { shape: out.shape, data };
}

describe('matrix product on WASM', () => {
  it.each([
    { name: 'one matrix', a: [5, 7], b: [7, 3] },
    { name: 'a batch', a: [3, 9, 33], b: [3, 33, 10] },
    { name: 'shared first operand', a: [1, 6, 5], b: [3, 5, 9] },
    { name: 'shared second operand', a: [3, 6, 5], b: [1, 5, 9] },
    { name: 'first transposed', a: [3, 33, 9], b: [3, 33, 10], transposeA: true },
    { name: 'second transposed', a: [3, 9, 33], b: [3, 10, 33], transposeB: true },
    { name: 'both transposed', a: [2, 7, 5], b: [2, 6, 7], transposeA: true, transposeB: true },
    { name: 'rank 4', a: [2, 3, 5, 7], b: [2, 3, 7, 4] },
  ])('agrees with the CPU: $name', async ({ a, b, transposeA = false, transposeB = false }) => {
    const expected = await multiply('cpu', a, b, transposeA, transposeB);
    const found = await multiply('wasm', a, b, transposeA, transposeB);
    expect(found.shape).toEqual(expected.shape);
    found.data.forEach((value, index) => {
      // At most 33 products of size 1 added in float32: 33 * 6e-8.
      expect(Math.abs(value - (expected.data[index] as number)), `entry ${index}`).toBeLessThan(4e-6);
    });
  });

  it('keeps a NaN in its own matrix', async () => {
    await tf.setBackend('wasm');
    const a = values([2, 4, 8], 0);
    a[3] = Number.NaN;
    const out = await tf.tidy(() => tf.matMul(tf.tensor(a, [2, 4, 8]), tf.tensor(values([2, 8, 4], 1), [2, 8, 4]))).data();
    expect([...out.slice(0, 4)].every(Number.isNaN)).toBe(true);
    expect([...out.slice(4)].every(Number.isFinite)).toBe(true);
  });

  it('gives a matrix the same bits alone and in a batch, and leaves no memory behind', async () => {
    await tf.setBackend('wasm');
    const a = tf.tensor(values([3, 17, 23], 0), [3, 17, 23]);
    const b = tf.tensor(values([3, 19, 23], 1), [3, 19, 23]);
    const before = tf.memory().numTensors;
    const together = tf.matMul(a, b, false, true);
    const alone = tf.tidy(() => tf.matMul(a.slice([1], [1]), b.slice([1], [1]), false, true));
    expect([...(await alone.data())]).toEqual([...(await together.data())].slice(17 * 19, 2 * 17 * 19));
    tf.dispose([together, alone]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
