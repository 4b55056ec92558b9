import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '../kernels/tf.ts';
import { accuracy, crossEntropies, crossEntropy } from './classification.ts';

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

  test('accuracy counts the first of equal logits and needs all rows', () => {
    tf.tidy(() => {
      const found = accuracy(logits(), labels(), tf.tensor1d([0, 0])).dataSync();
      expect(found[0]).toBeCloseTo(1, DIGITS);
      expect(found[1]).toBeCloseTo(1 / 3, DIGITS);
    });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('accuracy of a run whose cross-entropy is %s is NaN, in that run only', (bad) => {
    tf.tidy(() => {
      const found = accuracy(logits(), labels(), tf.tensor1d([bad, 1])).dataSync();
      expect(found[0]).toBeNaN();
      expect(found[1]).toBeCloseTo(1 / 3, DIGITS);
    });
  });

  test('huge logits give a finite loss', () => {
    tf.tidy(() => {
      expect(crossEntropy(tf.tensor3d([[[1e4, -1e4]]]), tf.tensor3d([[[0, 1]]])).dataSync()[0]).toBe(2e4);
    });
  });
});
