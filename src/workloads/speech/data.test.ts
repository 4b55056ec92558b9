import { expect, test } from 'vitest';
import { fetchPublic } from '../testing/public-data.ts';
import { loadSpeech, SPEECH } from './data.ts';

const { time, bins } = SPEECH;

test('loads 2,000 training utterances and the evaluated ones, standardised by the training frames and 0 beyond their ends', async () => {
  const data = await loadSpeech(fetchPublic, 100);
  expect([data.trainRows, data.validationRows]).toEqual([2000, 100]);
  const { x, frames, labels } = data.arrays as Record<string, (typeof data.arrays)[string]>;
  expect([x, frames, labels].map((array) => array?.values.length)).toEqual([2100 * time * bins, 2100, 2100 * 4]);
  const features = x?.values as Float32Array;
  const sums = new Float64Array(bins);
  const squares = new Float64Array(bins);
  let count = 0;
  for (let row = 0; row < data.trainRows; row++) {
    const length = frames?.values[row] as number;
    const own = features.subarray(row * time * bins, (row + 1) * time * bins);
    expect(own.subarray(length * bins).every((value) => value === 0)).toBe(true);
    for (let i = 0; i < length * bins; i++) {
      sums[i % bins] = (sums[i % bins] as number) + (own[i] as number);
      squares[i % bins] = (squares[i % bins] as number) + (own[i] as number) ** 2;
    }
    count += length;
  }
  for (let bin = 0; bin < bins; bin++) {
    // The constants have 5 digits.
    expect(Math.abs((sums[bin] as number) / count)).toBeLessThan(1e-4);
    expect(Math.abs((squares[bin] as number) / count - 1)).toBeLessThan(1e-4);
  }
});

test('has one to four digits per utterance, with enough frames for them after subsampling', async () => {
  const { arrays, words } = await loadSpeech(fetchPublic, 400);
  expect(words?.digits?.slice(0, 3)).toEqual(['zero', 'one', 'two']);
  const lengths = new Map<number, number>();
  for (let row = 0; row < 2400; row++) {
    const all = Array.from(arrays.labels?.values.subarray(row * 4, row * 4 + 4) as Int32Array);
    const digits = all.filter((digit) => digit >= 0);
    expect(all.slice(0, digits.length)).toEqual(digits);
    expect(digits.every((digit) => digit < SPEECH.blank)).toBe(true);
    const repeats = digits.filter((digit, k) => digit === digits[k - 1]).length;
    expect(Math.ceil((arrays.frames?.values[row] as number) / 4)).toBeGreaterThanOrEqual(digits.length + repeats);
    lengths.set(digits.length, (lengths.get(digits.length) ?? 0) + 1);
  }
  expect([1, 2, 3, 4].map((length) => lengths.get(length))).toEqual([600, 600, 600, 600]);
});

test('says that the voices are synthetic', async () => {
  const { attribution } = await loadSpeech(fetchPublic, 4);
  expect(attribution.description).toContain('SYNTHETIC');
  expect(attribution.spdx).toBe('CC0-1.0');
});
