import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { normals } from '../../kernels/counter-random.ts';
import * as tf from '../../kernels/tf.ts';
import { availableChoices, loadDataIndex } from '../data-index.ts';
import type { LoadedData, Predictions } from '../definition.ts';
import { chrF2 } from '../metrics/chrf.ts';
import { defaultOptions } from '../options.ts';
import { DATA_ROOT, fetchPublic } from '../testing/public-data.ts';
import { initialParameters, predictOnce, type TestRun, trainOnce } from '../testing/run-model.ts';
import { END, PADDING, textOf } from './byte-pairs.ts';
import set from './files.json' with { type: 'json' };
import { type TransformerOptions, transformer } from './model.ts';
import { numberPairs, type Pairs, phrasePairs } from './pairs.ts';
import { NGrams, nearestTranslations } from './testing/yardsticks.ts';
import { translate } from './translate.ts';

const NUMBERS = defaultOptions(translate);
const PHRASES = { ...NUMBERS, data: 'phrases' };
const hasPhrases = existsSync(`${DATA_ROOT}/${set.folder}`);

/** Rows of tokens of one array. */
function rowsOf({ arrays }: LoadedData, name: 'source' | 'target'): readonly (readonly number[])[] {
  const { values, rowShape } = arrays[name] as LoadedData['arrays'][string];
  const [length] = rowShape as [number];
  return Array.from({ length: values.length / length }, (_, row) => Array.from(values.subarray(row * length, (row + 1) * length)));
}

const textsOf = (data: LoadedData, name: 'source' | 'target'): readonly string[] =>
  rowsOf(data, name).map((row) => textOf(row, data.words?.vocabulary ?? []));

/** The evaluated texts and those of the training rows. */
function partsOf(data: LoadedData) {
  const [sources, targets] = [textsOf(data, 'source'), textsOf(data, 'target')];
  const pairs = sources.map((source, row) => ({ source, target: targets[row] as string }));
  return { train: pairs.slice(0, data.trainRows), validation: pairs.slice(data.trainRows) };
}

describe('number words', () => {
  test('are tokens of one vocabulary, none too long, and say the same as the words', async () => {
    const data = await translate.load(NUMBERS, fetchPublic);
    expect([data.trainRows, data.validationRows]).toEqual([400, 64]);
    expect([data.arrays.source?.rowShape, data.arrays.target?.rowShape]).toEqual([[19], [16]]);
    expect(data.words?.vocabulary?.length).toBe(80);
    const { train, validation } = numberPairs(400, 64);
    expect(partsOf(data)).toEqual({ train, validation });
    for (const row of rowsOf(data, 'target')) {
      expect(row.indexOf(END)).toBe(row.filter((token) => token !== PADDING).length - 1);
    }
  });

  test('are guessed without the source, or taken from the nearest number, no better than the yardsticks say', async () => {
    const { train, validation } = partsOf(await translate.load(NUMBERS, fetchPublic));
    const targets = validation.map(({ target }) => target);
    const alone = new NGrams(
      train.map(({ target }) => target),
      4,
    );
    expect(alone.bits(targets)).toBeCloseTo(0.6589, 4);
    // It goes round in circles, up to the length of the longest number.
    const constant = alone.greedy(65);
    expect(constant).toMatch(/^siebenundertsechsundertsechsundert/);
    expect(chrF2(targets)(targets.map(() => constant))).toBeCloseTo(27.6, 1);
    const { value } = translate.yardstick?.(NUMBERS) ?? {};
    expect(chrF2(targets)(nearestTranslations(train, validation))).toBeCloseTo(value as number, 1);
  });
});

describe.runIf(hasPhrases)('phrases', () => {
  let pairs: Pairs;
  beforeAll(async () => {
    pairs = await phrasePairs(set.files, fetchPublic);
  });

  test('are the real ones, of which the long ones are left out', async () => {
    expect([pairs.train.length, pairs.validation.length]).toEqual([5561, 500]);
    expect(pairs.validation).toContainEqual({ source: 'Tibetan, Classical', target: 'Tibetanisch, Klassisch' });
    const data = await translate.load(PHRASES, fetchPublic);
    expect([data.trainRows, data.validationRows]).toEqual([4008, 128]);
    expect([data.arrays.source?.rowShape, data.arrays.target?.rowShape]).toEqual([[16], [16]]);
    expect(data.words?.vocabulary?.length).toBe(211);
    expect(data.attribution).toMatchObject({ spdx: 'LGPL-2.1-or-later', licenceUrl: 'data/gpl/LICENCE-LGPL.txt' });
  });

  test('cost the bits per character of the shared yardstick without the source', () => {
    const [train, validation] = [pairs.train, pairs.validation].map((part) => part.map(({ target }) => target)) as [string[], string[]];
    expect(new NGrams(train, 4).bits(validation)).toBeCloseTo(2.2766, 4);
  });

  test('look like the nearest phrase as the yardstick says', async () => {
    const { train, validation } = partsOf(await translate.load(PHRASES, fetchPublic));
    const { value } = translate.yardstick?.(PHRASES) ?? {};
    expect(chrF2(validation.map(({ target }) => target))(nearestTranslations(train, validation))).toBeCloseTo(value as number, 1);
  });
});

test('phrases are offered where their data are', async () => {
  const index = await loadDataIndex(fetchPublic);
  expect(availableChoices(translate, 'data', index)).toEqual(hasPhrases ? ['numbers', 'phrases'] : ['numbers']);
  expect(availableChoices(translate, 'data', { ...index, files: [] })).toEqual(['numbers']);
});

describe('the transformer', () => {
  const SIZES: TransformerOptions = {
    ...{ words: 7, targetLength: 5, width: 8, depth: 2 },
    ...{ isPostNorm: false, temperature: 1, isGated: false },
  };
  const SOURCES = [
    [2, 3, 4, END],
    [6, END, PADDING, PADDING],
    [5, 5, END, PADDING],
  ];
  const data = (sources: readonly (readonly number[])[], targets: readonly (readonly number[])[]) => ({
    arrays: {
      source: { values: Int32Array.from(sources.flat()), rowShape: [sources[0]?.length as number] },
      target: { values: Int32Array.from(targets.flat()), rowShape: [SIZES.targetLength] },
    },
    rows: sources.map((_, row) => row),
  });
  const run = (model: ReturnType<typeof transformer>, seed: number): TestRun => ({
    params: initialParameters(model, seed).map((values, i) =>
      values.map((value, j) => value + 0.3 * (normals(seed, i, 9, j + 1)[j] as number)),
    ),
    ...{ seed, labelSmoothing: 0, dropout: 0 },
  });
  const read = ({ rows, values }: Predictions, row: number): { readonly loss: number; readonly tokens: readonly number[] } => {
    const width = values.length / rows;
    const [loss, ...tokens] = values.subarray(row * width, (row + 1) * width);
    return { loss: loss as number, tokens };
  };
  const predict = async (
    model: ReturnType<typeof transformer>,
    seed: number,
    sources: readonly (readonly number[])[],
    targets: readonly (readonly number[])[],
  ) => (await predictOnce(model, [run(model, seed)], data(sources, targets)))[0] as Predictions;
  const padded = (tokens: readonly number[]): readonly number[] => [...tokens, ...Array(SIZES.targetLength - tokens.length).fill(PADDING)];

  beforeAll(async () => {
    expect(await tf.setBackend('cpu')).toBe(true);
  });

  test.each([
    ['base', {}],
    ['postLn', { isPostNorm: true }],
    ['attentionTemp', { temperature: 4 }],
    ['gluTanh', { isGated: true }],
  ])('decodes token by token what the whole pass finds most probable: %s', async (_, change) => {
    const model = transformer({ ...SIZES, ...change });
    let compared = 0;
    for (const [seed, source] of SOURCES.entries()) {
      const greedy = read(await predict(model, seed, [source], [padded([END])]), 0).tokens;
      // Every token in every place, after the greedy ones: the cheapest is the greedy one. Padding costs nothing and cannot be asked for.
      const words = Array.from({ length: SIZES.words - 1 }, (_, i) => i + 1);
      const candidates = greedy.flatMap((_, place) => words.map((word) => [...greedy.slice(0, place), word]));
      const said = await predict(
        model,
        seed,
        candidates.map(() => source),
        candidates.map(padded),
      );
      const costs = candidates.map((_, row) => read(said, row).loss);
      const asked = greedy.includes(PADDING) ? greedy.slice(0, greedy.indexOf(PADDING)) : greedy;
      asked.forEach((token, place) => {
        const own = costs.slice(place * words.length, (place + 1) * words.length);
        expect(words[own.indexOf(Math.min(...own))]).toBe(token);
      });
      compared += asked.length;
    }
    expect(compared).toBeGreaterThan(5);
  });

  test('does not see padding of a source, and counts none of a target', async () => {
    const model = transformer(SIZES);
    const target = padded([3, 2, END]);
    const short = await predict(model, 1, [[6, END]], [target]);
    const long = await predict(model, 1, [[6, END, PADDING, PADDING]], [target]);
    expect(read(long, 0).tokens).toEqual(read(short, 0).tokens);
    // float32 of sums in another order.
    expect(Math.abs(read(long, 0).loss - read(short, 0).loss)).toBeLessThan(1e-5);
    // The end's own share is what is missing without it.
    const cut = await predict(model, 1, [[6, END]], [padded([3, 2])]);
    expect(read(cut, 0).loss).toBeLessThan(read(short, 0).loss);
  });

  test('loses the mean over real tokens, per run, and with smoothed labels on top', async () => {
    const model = transformer(SIZES);
    const targets = [[3, END], [4, 4, 2, END], [END]].map(padded);
    const runs = [run(model, 1), { ...run(model, 2), labelSmoothing: 0.1 }];
    const together = await trainOnce(model, runs, data(SOURCES, targets), 0);
    for (const [index, own] of runs.entries())
      expect((await trainOnce(model, [own], data(SOURCES, targets), 0))[0]).toEqual(together[index]);
    const said = await predict(model, 1, SOURCES, targets);
    const total = SOURCES.reduce((sum, _, row) => sum + read(said, row).loss, 0);
    expect(Math.abs((together[0]?.loss as number) - total / 7)).toBeLessThan(1e-5);
    expect(together[0]?.objective).toBe(together[0]?.loss);
    expect(together[1]?.objective).not.toBe(together[1]?.loss);
  });
});

describe('the report', () => {
  test('scores and shows what was decoded', async () => {
    const data = await translate.load(NUMBERS, fetchPublic);
    const model = await translate.create(NUMBERS, data);
    const targets = rowsOf(data, 'target').slice(data.trainRows);
    const predictions = (change: (tokens: readonly number[], row: number) => readonly number[], loss = 2): Predictions => ({
      rows: targets.length,
      values: Float32Array.from(targets.flatMap((tokens, row) => [loss, ...change(tokens, row)])),
    });
    const tokens = targets.flat().filter((token) => token !== PADDING).length;
    expect(model.score(predictions((row) => row))).toEqual([100, 1, 100, (2 * targets.length) / tokens]);
    // Every other row ends at once.
    const halved = predictions((row, index) => (index % 2 === 1 ? [END, ...row.slice(1)] : row));
    const [chrF, exact, bleu] = model.score(halved) as [number, number, number];
    expect(exact).toBe(0.5);
    expect(chrF).toBeGreaterThan(30);
    expect(chrF).toBeLessThan(70);
    expect(bleu).toBeLessThan(70);
    expect(model.score(predictions((row) => row, Number.NaN)).every(Number.isNaN)).toBe(true);

    const { items } = model.show(halved);
    expect(items.map(({ isRight }) => isRight)).toEqual([true, false, true, false]);
    const [source, reference, output] = items[0]?.parts ?? [];
    expect([source, reference, output].map((part) => part?.kind === 'text' && part.role)).toEqual(['source', 'reference', 'output']);
    expect(output).toMatchObject({ text: reference?.kind === 'text' && reference.text });
    expect(items[1]?.parts[2]).toMatchObject({ text: '' });
    expect(model.show(predictions((row) => row, Number.NaN)).items.map(({ isRight }) => isRight)).toEqual([null, null, null, null]);
  });
});
