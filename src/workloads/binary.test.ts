import { beforeAll, expect, it } from 'vitest';
import * as tf from '../kernels/tf.ts';
import { binaryCrossEntropies, scoreBinary } from './binary.ts';

beforeAll(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
});

it('the loss is the one that is scored', () => {
  const [logits, labels] = [
    [0.3, -2, 5, -0.1],
    [1, 0, 0, 1],
  ] as const;
  const mean = binaryCrossEntropies(tf.tensor1d([...logits]), tf.tensor1d([...labels]))
    .mean()
    .arraySync();
  // float32.
  expect(mean).toBeCloseTo(scoreBinary({ rows: 4, values: Float32Array.from(logits) }, labels).crossEntropy, 6);
});

it('the loss neither overflows nor cancels', () => {
  const losses = binaryCrossEntropies(tf.tensor1d([200, 200, -200, -20]), tf.tensor1d([0, 1, 1, 0])).arraySync() as number[];
  expect(losses).toEqual([200, 0, 200, Math.fround(Math.log1p(Math.exp(-20)))]);
});

it('nothing is scored where a logit is not finite', () => {
  expect(scoreBinary({ rows: 2, values: Float32Array.of(1, Number.NaN) }, [0, 1])).toEqual({
    crossEntropy: Number.NaN,
    rocAuc: Number.NaN,
  });
  expect(scoreBinary({ rows: 2, values: Float32Array.of(1, Number.POSITIVE_INFINITY) }, [0, 1]).crossEntropy).toBeNaN();
});
