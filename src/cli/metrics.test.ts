import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { REPLAYS } from './metrics/replays.ts';
import { main } from './metrics.ts';

/** Reference values beside what they test. */
const FOLDERS = ['src/workloads/metrics/testing', 'src/kernels/ctc/testing'];

let output: string[];

beforeEach(() => {
  output = [];
  const take = (line: unknown) => void output.push(String(line));
  vi.spyOn(console, 'log').mockImplementation(take);
  vi.spyOn(console, 'error').mockImplementation(take);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A fresh folder with the given files. */
function folder(contents: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'metrics-'));
  for (const [name, text] of Object.entries(contents)) writeFileSync(join(path, name), text);
  return path;
}

/** Two labels of three rows; only the first one has a positive. */
const averagePrecision = (change: Record<string, unknown> = {}): string =>
  JSON.stringify({
    cases: [
      {
        shape: [3, 2],
        labels: [1, 0, 0, 0, 1, 0],
        scores: [3, 1, 2, 2, 1, 3],
        per_label: [5 / 6, null],
        mean_over_labels_with_a_positive: 5 / 6,
        ...change,
      },
    ],
  });

describe('the metrics command', () => {
  it('finds every metric within tolerance of independent implementations', async () => {
    expect(await main(FOLDERS)).toBe(0);
    expect(output.slice(0, -1).filter((line) => !/ {2}ok$/.test(line))).toEqual([]);
    expect(output.at(-1)).toMatch(/^\d+ values, \d+ ok, 0 missed; 0 files unusable$/);
  });

  it('does not pass on nothing', async () => {
    expect(await main([folder({ 'average_precision.json': '{"cases":[]}' })])).toBe(2);
  });

  it('has reference values of every metric that it knows', () => {
    const files = FOLDERS.flatMap((path) => readdirSync(path).filter((file) => file.endsWith('.json')));
    expect(files.sort()).toEqual(
      Object.keys(REPLAYS)
        .map((name) => `${name}.json`)
        .sort(),
    );
  });

  it('prints metric, case, both values, their difference and a verdict', async () => {
    expect(await main([folder({ 'average_precision.json': averagePrecision() })])).toBe(0);
    expect(output).toEqual([
      expect.stringMatching(/^average precision +case 1: 3 rows, 2 labels +\S+ +\S+ +\S+ +ok$/),
      expect.stringMatching(/^mean average precision +case 1: 3 rows, 2 labels +0\.83333\d+ +0\.83333\d+ +\d\.\de[+-]\d+ +ok$/),
      '2 values, 2 ok, 0 missed; 0 files unusable',
    ]);
  });

  it('reads scores from base64 of float32 too', async () => {
    const scores = Buffer.from(Float32Array.of(3, 1, 2, 2, 1, 3).buffer).toString('base64');
    expect(await main([folder({ 'average_precision.json': averagePrecision({ scores }) })])).toBe(0);
  });

  it.each([
    ['another value', { mean_over_labels_with_a_positive: 5 / 6 + 2e-9 }, /^mean average precision .*2\.0e-9 +MISS$/],
    ['a value where there is none', { per_label: [5 / 6, 0.5] }, /^average precision .*none +0\.5\d+ +Infinity +MISS$/],
    ['none where there is a value', { per_label: [null, null] }, /^average precision .*0\.83\d+ +none +Infinity +MISS$/],
    ['fewer values', { per_label: [5 / 6] }, /^average precision .*MISS$/],
  ])('fails on %s', async (_, change, line) => {
    expect(await main([folder({ 'average_precision.json': averagePrecision(change) })])).toBe(1);
    expect(output).toContainEqual(expect.stringMatching(line));
    expect(output.at(-1)).toBe('2 values, 1 ok, 1 missed; 0 files unusable');
  });

  it.each([
    ['no JSON', 'average_precision', '{', /average_precision\.json: not readable as JSON/],
    ['another shape', 'average_precision', averagePrecision({ scores: 3 }), /average_precision\.json: cases\.0\.scores: /],
    [
      'too few scores',
      'average_precision',
      averagePrecision({ scores: [1] }),
      /average_precision\.json: cases\.0: .* do not fit the shape/,
    ],
    ['an unknown metric', 'perplexity', '{}', /perplexity\.json: no metric has this name; there are .*average_precision/],
  ])('says what is wrong with a file that holds %s, and goes on', async (_, name, text, message) => {
    expect(await main([folder({ [`${name}.json`]: text }), folder({ 'average_precision.json': averagePrecision() })])).toBe(2);
    expect(output[0]).toMatch(message);
    expect(output.at(-1)).toBe('2 values, 2 ok, 0 missed; 1 files unusable');
  });

  it.each([
    ['no argument', [], /Name at least one file or folder/],
    ['a path that does not exist', ['nowhere'], /nowhere: no such file or folder/],
    ['a folder without reference values', [folder({})], /no reference values/],
    ['an unknown option', ['--strict'], /--strict/],
  ])('refuses %s', async (_, paths, message) => {
    expect(await main(paths)).toBe(2);
    expect(output[0]).toMatch(message);
    expect(output[0]).toMatch(/npm run metrics/);
  });
});
