import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '../kernels/tf.ts';
import { classPredictions, crossEntropies, crossEntropy, scoreClasses } from './classification.ts';

beforeAll(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
});

// Float32 sums of a few terms of size 1: a few units in the last place, 6e-8 each.
const DIGITS = 6;

/** Two runs, three rows, two classes; probabilities are 1/2, 3/4, 9/10 and the like, so that everything is known in closed form. */
const logits = () =>
  tf.tensor3d([
    [
      [0, 0],
      [Math.log(3), 0],
      [0, Math.log(9)],
    ],
    [
      [0, Math.log(3)],
      [0, Math.log(3)],
      [0, Math.log(3)],
    ],
  ]);
const labels = () =>
  tf.tensor3d([
    [
      [1, 0],
      [1, 0],
      [0, 1],
    ],
  ]);

describe('classification losses and metrics on a hand-computed fixture', () => {
  const plain = [(Math.log(2) + Math.log(4 / 3) + Math.log(10 / 9)) / 3, (Math.log(4) + Math.log(4) + Math.log(4 / 3)) / 3];
  /** Mean over classes of -log p, mean over rows. */
  const uniform = [
    (Math.log(2) + (Math.log(4) + Math.log(4 / 3)) / 2 + (Math.log(10) + Math.log(10 / 9)) / 2) / 3,
    (Math.log(4) + Math.log(4 / 3)) / 2,
  ];

  test('cross-entropy is the mean of -log p of the label', () => {
    tf.tidy(() => {
      const found = crossEntropy(logits(), labels()).dataSync();
      plain.forEach((value, r) => {
        expect(found[r]).toBeCloseTo(value, DIGITS);
      });
    });
  });

  test('smoothed labels (1 - a) y + a / C, with a per run', () => {
    tf.tidy(() => {
      const a = [0, 0.2];
      const found = crossEntropies(logits(), labels(), tf.tensor2d(a, [2, 1]));
      plain.forEach((value, r) => {
        expect(found.plain.dataSync()[r]).toBeCloseTo(value, DIGITS);
        expect(found.smoothed.dataSync()[r]).toBeCloseTo(
          (1 - (a[r] as number)) * value + (a[r] as number) * (uniform[r] as number),
          DIGITS,
        );
      });
      expect(found.smoothed.dataSync()[0]).toBe(found.plain.dataSync()[0]);
    });
  });

  test('predictions hold the cross-entropy and the probabilities of every row, of every run', () => {
    const found = tf.tidy(() => classPredictions(logits(), labels()).arraySync()) as number[][][];
    found.forEach((rows, r) => {
      expect(rows.reduce((sum, [own]) => sum + (own as number), 0) / rows.length).toBeCloseTo(plain[r] as number, DIGITS);
      for (const [, ...logProbabilities] of rows)
        expect(logProbabilities.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, DIGITS);
    });
  });

  test('an error is a row whose label is not the first of the most probable classes', () => {
    const values = Float32Array.of(...[1, -1, -1, -2], ...[2, -3, -1, -1], ...[3, -2, -2, -1]);
    expect(scoreClasses({ rows: 3, values }, [0, 2, 2])).toEqual({ crossEntropy: 2, errorRate: 1 / 3 });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('a cross-entropy of %s in any row leaves nothing to score', (bad) => {
    const values = Float32Array.of(...[1, -1, -2], ...[bad, -1, -2]);
    expect(scoreClasses({ rows: 2, values }, [0, 0])).toEqual({ crossEntropy: Number.NaN, errorRate: Number.NaN });
  });

  test('huge logits give a finite loss', () => {
    tf.tidy(() => {
      expect(crossEntropy(tf.tensor3d([[[1e4, -1e4]]]), tf.tensor3d([[[0, 1]]])).dataSync()[0]).toBe(2e4);
    });
  });
});
