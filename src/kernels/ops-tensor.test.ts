import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { OpsTensor } from './ops-tensor.ts';
import * as tf from './tf.ts';

beforeAll(() => {
  setWasmPaths('node_modules/@tensorflow/tfjs-backend-wasm/dist/');
});

describe.each(['cpu', 'wasm'])('the vector algebra with the backend %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  it('takes the sign of the smallest numbers, of zero and of what is not a number', () => {
    const v = new OpsTensor(tf.tensor1d([1e-9, -1e-30, 3, -4, 0, Number.NaN]));
    expect(Array.from(v.sign().tensor.dataSync())).toEqual([1, -1, 1, -1, 0, Number.NaN]);
  });
});
