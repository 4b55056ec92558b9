import { expect, test } from 'vitest';
import type { LoadedData, Predictions } from '../definition.ts';
import { SPEECH } from './data.ts';
import { decode, speechReport } from './report.ts';

const { time, bins, blank } = SPEECH;
const WIDTH = 1 + time / 4;

/** One training row and three validation rows: digits 3 3 8, 0 and 5 2; the loudest place of each is frame 1 of bin 0. */
const frames = [4, 13, 5, 9];
const x = new Float32Array(4 * time * bins);
for (let row = 0; row < 4; row++) x[(row * time + 1) * bins] = 7;
const data: LoadedData = {
  trainRows: 1,
  validationRows: 3,
  arrays: {
    x: { values: x, rowShape: [time, bins] },
    frames: { values: Int32Array.from(frames), rowShape: [] },
    labels: { values: Int32Array.of(1, -1, -1, -1, 3, 3, 8, -1, 0, -1, -1, -1, 5, 2, -1, -1), rowShape: [4] },
  },
  words: { digits: ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'] },
  attribution: { title: '', description: '', attribution: '', spdx: '', licenceUrl: '' },
};
const report = speechReport(data);

/** Losses 1, 2, ... and paths, padded with a digit that must not be heard. */
const predictions = (paths: readonly (readonly number[])[], losses = paths.map((_, row) => row + 1)): Predictions => {
  const values = new Float32Array(paths.length * WIDTH).fill(9);
  paths.forEach((path, row) => {
    values.set([losses[row] as number, ...path], row * WIDTH);
  });
  return { rows: paths.length, values };
};

const PATHS = [
  [3, blank, 3, 8],
  [blank, blank],
  [5, 5, 1],
];

test('merges repetitions, then leaves out blanks', () => {
  expect(decode([2, 2, blank, 2, 4, 4, blank], blank)).toEqual([2, 2, 4]);
  expect(decode([blank, blank], blank)).toEqual([]);
});

test('scores edits over spoken digits, and the mean loss, without what lies beyond the ends', () => {
  // One digit missing, one wrong, of six.
  expect(report.score(predictions(PATHS))).toEqual([2 / 6, 2]);
});

test('scores nothing where a loss is not finite', () => {
  expect(report.score(predictions(PATHS, [1, Number.NaN, 3]))).toEqual([Number.NaN, Number.NaN]);
});

test('shows the spectrogram, what was spoken and what was heard', () => {
  const { note, items } = report.show(predictions(PATHS));
  expect(note).toContain('synthetic');
  expect(items.map(({ title, isRight }) => [title, isRight])).toEqual([
    ['3 3 8', true],
    ['0', false],
    ['5 2', false],
  ]);
  const [picture, ...texts] = items[0]?.parts ?? [];
  expect(texts.map((part) => part.kind === 'text' && part.text)).toEqual(['three three eight', 'three three eight']);
  expect(items[1]?.parts[2]).toMatchObject({ role: 'output', text: '' });
  // Low frequencies at the bottom, time to the right.
  if (picture?.kind !== 'image') throw new Error('there is no picture');
  expect([picture.width, picture.height, picture.palette]).toEqual([13, bins, 'heat']);
  expect(picture.pixels.indexOf(255)).toBe((bins - 1) * 13 + 1);
});
