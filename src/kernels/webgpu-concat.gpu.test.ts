import '@tensorflow/tfjs-backend-webgpu';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from './tf.ts';
import { installConcat } from './webgpu-concat.ts';

beforeAll(async () => {
  expect(await tf.setBackend('webgpu')).toBe(true);
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  installConcat();
});

async function joined(backend: 'cpu' | 'webgpu', shapes: readonly (readonly number[])[], axis: number) {
  await tf.setBackend(backend);
  const out = tf.tidy(() =>
    tf.concat(
      shapes.map((shape, part) => {
        const size = shape.reduce((all, extent) => all * extent, 1);
        return tf.tensor(
          Float32Array.from({ length: size }, (_, i) => 1000 * part + i),
          [...shape],
        );
      }),
      axis,
    ),
  );
  const data = Array.from(await out.data());
  out.dispose();
  return { shape: out.shape, data };
}

describe('joining columns on WebGPU', () => {
  const cases: readonly { readonly name: string; readonly shapes: readonly (readonly number[])[]; readonly axis: number }[] = [
    {
      name: 'two parts',
      shapes: [
        [3, 4],
        [3, 8],
      ],
      axis: 1,
    },
    {
      name: 'a single row',
      shapes: [
        [1, 256],
        [1, 4],
        [1, 12],
      ],
      axis: 1,
    },
    { name: 'more parts than one program takes', shapes: Array.from({ length: 16 }, (_, part) => [5, 4 * (part + 1)]), axis: 1 },
    {
      name: 'widths that are not whole vectors',
      shapes: [
        [3, 3],
        [3, 8],
      ],
      axis: 1,
    },
    {
      name: 'rows instead of columns',
      shapes: [
        [3, 4],
        [2, 4],
      ],
      axis: 0,
    },
    {
      name: 'higher rank',
      shapes: [
        [2, 4, 3],
        [2, 4, 3],
      ],
      axis: 1,
    },
  ];
  for (const { name, shapes, axis } of cases) {
    it(`agrees with the CPU: ${name}`, async () => {
      expect(await joined('webgpu', shapes, axis)).toEqual(await joined('cpu', shapes, axis));
    });
  }

  it('keeps no tensor', async () => {
    await tf.setBackend('webgpu');
    const before = tf.memory().numTensors;
    await joined(
      'webgpu',
      Array.from({ length: 16 }, () => [2, 4]),
      1,
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});
