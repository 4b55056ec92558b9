import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { fillUniform } from './counter-random.ts';
import { counterUniform } from './counter-uniform.ts';
import * as tf from './tf.ts';

describe.each(['cpu', 'wasm'])('CounterUniform on %s', (backend) => {
  let tensorsBefore = 0;
  beforeAll(async () => {
    setWasmPaths('node_modules/@tensorflow/tfjs-backend-wasm/dist/');
    expect(await tf.setBackend(backend)).toBe(true);
    expect(tf.getBackend()).toBe(backend);
    tensorsBefore = tf.memory().numTensors;
  });
  afterEach(() => expect(tf.memory().numTensors).toBe(tensorsBefore));

  const row = (seed: number, step: number, layer: number, length: number) => {
    const out = new Float32Array(length);
    fillUniform(seed, step, layer, out);
    return out;
  };

  test('gives each run the numbers of its seed', () => {
    tf.tidy(() => {
      const values = counterUniform(tf.tensor1d([7, 8, 7], 'int32'), 3, 2, [5, 13]);
      expect(values.shape).toEqual([3, 5, 13]);
      const [a, b, c] = [0, 1, 2].map((r) => values.dataSync().slice(r * 65, (r + 1) * 65));
      expect(a).toEqual(row(7, 3, 2, 65));
      expect(b).toEqual(row(8, 3, 2, 65));
      expect(c).toEqual(a);
    });
  });

  test('takes the step as a tensor too', () => {
    tf.tidy(() => {
      const seeds = tf.tensor1d([1], 'int32');
      expect(counterUniform(seeds, tf.scalar(41, 'int32'), 0, [9]).dataSync()).toEqual(row(1, 41, 0, 9));
    });
  });

  test('works inside valueAndGrad and passes no gradient', () => {
    tf.tidy(() => {
      const seeds = tf.tensor1d([1, 2], 'int32');
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => x.mul(counterUniform(seeds, 0, 0, [3])).sum())(tf.ones([2, 3]));
      expect(grad.dataSync()).toEqual(Float32Array.from([...row(1, 0, 0, 3), ...row(2, 0, 0, 3)]));
      expect(value.shape).toEqual([]);
    });
  });

  test('rejects seeds of another type', () => {
    tf.tidy(() => {
      expect(() => counterUniform(tf.tensor1d([1]), 0, 0, [3])).toThrow(/seeds must be int32/);
    });
  });
});
