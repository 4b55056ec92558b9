import '@tensorflow/tfjs-backend-webgpu';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from './tf.ts';
import { installMatMul } from './webgpu-matmul.ts';

beforeAll(async () => {
  expect(await tf.setBackend('webgpu')).toBe(true);
  tf.env().set('WEBGPU_CPU_FORWARD', false);
});

interface Product {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** Deterministic values in [-1, 1]. */
const values = (shape: readonly number[], phase: number): Float32Array =>
  Float32Array.from({ length: shape.reduce((product, extent) => product * extent, 1) }, (_, i) => Math.sin(1.7 * i + phase));

async function multiply(
  backend: 'cpu' | 'webgpu',
  { a, b, transposeA = false, transposeB = false }: Product,
  operands?: readonly Float32Array[],
) {
  await tf.setBackend(backend);
  const [first = values(a, 0), second = values(b, 1)] = operands ?? [];
  const out = tf.tidy(() => tf.matMul(tf.tensor(first, [...a]), tf.tensor(second, [...b]), transposeA, transposeB));
  const data = (await out.data()) as Float32Array;
  out.dispose();
  return { shape: out.shape, data: Float32Array.from(data) };
}

describe.each([4, 8] as const)('matrix product on WebGPU, tiles of %i', (tile) => {
  beforeAll(() => installMatMul(tile));

  const cases: readonly (Product & { readonly name: string })[] = [
    { name: 'one matrix', a: [5, 7], b: [7, 3] },
    { name: 'exact tiles', a: [2, 8, 16], b: [2, 16, 12] },
    { name: 'ragged tiles', a: [3, 9, 33], b: [3, 33, 10] },
    { name: 'single entries', a: [1, 1, 1], b: [4, 1, 1] },
    { name: 'shared first operand', a: [1, 6, 5], b: [3, 5, 9] },
    { name: 'shared second operand', a: [3, 6, 5], b: [1, 5, 9] },
    { name: 'first transposed', a: [3, 33, 9], b: [3, 33, 10], transposeA: true },
    { name: 'second transposed', a: [3, 9, 33], b: [3, 10, 33], transposeB: true },
    { name: 'both transposed', a: [2, 7, 5], b: [2, 6, 7], transposeA: true, transposeB: true },
    { name: 'rank 4', a: [2, 3, 5, 7], b: [2, 3, 7, 4] },
  ];
  for (const product of cases) {
    it(`agrees with the CPU: ${product.name}`, async () => {
      const expected = await multiply('cpu', product);
      const found = await multiply('webgpu', product);
      expect(found.shape).toEqual(expected.shape);
      found.data.forEach((value, index) => {
        // At most 33 products of size 1 added in float32: 33 * 6e-8.
        expect(Math.abs(value - (expected.data[index] as number)), `entry ${index}`).toBeLessThan(4e-6);
      });
    });
  }

  it('keeps a NaN inside its own batch', async () => {
    for (const product of cases.slice(1).filter(({ a, b }) => a.length === 3 && a[0] !== 1 && b[0] !== 1)) {
      const clean = await multiply('webgpu', product);
      const poisoned = [values(product.a, 0), values(product.b, 1)];
      for (const operand of poisoned) {
        const batch = operand.length / (product.a[0] as number);
        operand.fill(Number.NaN, batch, 2 * batch);
      }
      const { data } = await multiply('webgpu', product, poisoned);
      const batch = data.length / (product.a[0] as number);
      expect(data.slice(0, batch), product.name).toEqual(clean.data.slice(0, batch));
      expect(data.slice(2 * batch), product.name).toEqual(clean.data.slice(2 * batch));
      expect(data.slice(batch, 2 * batch).every(Number.isNaN), product.name).toBe(true);
    }
  });

  it('gives a batch the same bits alone and in company', async () => {
    const [a, b] = [
      [3, 9, 33],
      [3, 33, 10],
    ] as const;
    const together = await multiply('webgpu', { a, b });
    const alone = await multiply('webgpu', { a: [1, 9, 33], b: [1, 33, 10] }, [
      values(a, 0).slice(0, 9 * 33),
      values(b, 1).slice(0, 33 * 10),
    ]);
    expect(alone.data).toEqual(together.data.slice(0, 90));
  });
});
