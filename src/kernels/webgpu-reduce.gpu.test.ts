import '@tensorflow/tfjs-backend-webgpu';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from './tf.ts';
import { installShortReductions } from './webgpu-reduce.ts';

beforeAll(async () => {
  expect(await tf.setBackend('webgpu')).toBe(true);
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  installShortReductions();
});

/** Deterministic values in [-1, 1], none of them repeated. */
const values = (shape: readonly number[]): Float32Array =>
  Float32Array.from({ length: shape.reduce((all, extent) => all * extent, 1) }, (_, i) => Math.sin(1.7 * i));

const OPERATIONS = { sum: tf.sum, mean: tf.mean, max: tf.max } as const;

async function reduce(
  backend: 'cpu' | 'webgpu',
  name: keyof typeof OPERATIONS,
  shape: number[],
  axis: number | number[] | undefined,
  keepDims: boolean,
  data = values(shape),
) {
  await tf.setBackend(backend);
  const out = tf.tidy(() => OPERATIONS[name](tf.tensor(data, shape), axis, keepDims));
  const result = Float32Array.from(await out.data());
  out.dispose();
  return { shape: out.shape, data: result };
}

const CASES: readonly { readonly shape: number[]; readonly axis?: number | number[] }[] = [
  { shape: [7] },
  { shape: [3, 5], axis: -1 },
  { shape: [3, 5], axis: 0 },
  { shape: [2, 65, 10], axis: 1 },
  { shape: [2, 65, 10], axis: [1, 2] },
  { shape: [2, 65, 10], axis: [2, 0] },
  { shape: [2, 3, 4, 5], axis: [1, 2] },
  { shape: [4, 1], axis: 1 },
  { shape: [3, 4097], axis: 1 },
];

describe('short reductions on WebGPU', () => {
  for (const name of Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[]) {
    for (const { shape, axis } of CASES) {
      it(`${name} of (${shape}) over ${axis ?? 'all'} agrees with the CPU`, async () => {
        for (const keepDims of [false, true]) {
          const expected = await reduce('cpu', name, shape, axis, keepDims);
          const found = await reduce('webgpu', name, shape, axis, keepDims);
          expect(found.shape).toEqual(expected.shape);
          found.data.forEach((value, index) => {
            // Up to 4097 values of size 1 with partial sums below 2: 4097 * 6e-8 at worst.
            expect(Math.abs(value - (expected.data[index] as number)), `entry ${index}`).toBeLessThan(3e-4);
          });
        }
      });
    }
  }

  it('reduces what was cast from truth values', async () => {
    await tf.setBackend('webgpu');
    const share = tf.tidy(() => tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [2, 4]).greater(3).cast('float32').mean(-1));
    expect(Array.from(await share.data())).toEqual([0.25, 1]);
    share.dispose();
  });

  it('lets a NaN through where it is, and nowhere else', async () => {
    const data = values([3, 5]);
    data[7] = Number.NaN;
    for (const name of ['sum', 'mean'] as const) {
      const { data: found } = await reduce('webgpu', name, [3, 5], 1, false, data);
      expect(Array.from(found, Number.isNaN)).toEqual([false, true, false]);
    }
  });

  it('gives a row the same bits alone and in company', async () => {
    const together = await reduce('webgpu', 'sum', [8, 100], 1, false);
    const alone = await reduce('webgpu', 'sum', [1, 100], 1, false, values([8, 100]).slice(0, 100));
    expect(alone.data[0]).toBe(together.data[0]);
  });
});
