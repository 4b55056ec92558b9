import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '../../kernels/tf.ts';
import type { LoadedData } from '../definition.ts';
import { defaultOptions } from '../options.ts';
import { fetchPublic } from '../testing/public-data.ts';
import { initialParameters, predictOnce, someRows } from '../testing/run-model.ts';
import { charLm } from './charLm.ts';
import { GIVEN } from './data.ts';
import { charLmModel } from './model.ts';

const LENGTH = GIVEN + 48;
let data: LoadedData;

beforeAll(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
  data = await charLm.load(defaultOptions(charLm), fetchPublic);
});

const textOf = (numbers: ArrayLike<number>): string => Array.from(numbers, (number) => data.words?.characters?.[number]).join('');

describe('the rows', () => {
  it('are successive characters of the novel, each predicted once', () => {
    expect([data.trainRows, data.validationRows]).toEqual([6249, 64]);
    const values = data.arrays.text?.values ?? new Int32Array();
    expect(textOf(values.subarray(0, LENGTH))).toBe('No one who had ever seen Catherine Morland in her i');
    for (const row of [0, 1, 6247, 6249, 6311]) {
      const end = values.subarray((row + 1) * LENGTH - GIVEN, (row + 1) * LENGTH);
      expect(values.subarray((row + 1) * LENGTH, (row + 1) * LENGTH + GIVEN)).toEqual(end);
    }
  });
});

describe('the network', () => {
  const shape = { vocabulary: 72, width: 8, depth: 2, given: GIVEN };
  const writing = { rows: 2, prompt: 6, length: 24, temperature: 1e-3 };
  const model = charLmModel({ ...shape, writing });
  const run = { params: initialParameters(model, 5), seed: 5, labelSmoothing: 0, dropout: 0 };

  it('knows nothing of what comes later', async () => {
    const text = Int32Array.from(data.arrays.text?.values.subarray(0, LENGTH) ?? []);
    const changed = text.slice();
    changed.fill(7, 30);
    const loss = async (values: Int32Array, length: number) => {
      const arrays = { text: { values: values.slice(0, length), rowShape: [length] } };
      return (await predictOnce(model, [run], { arrays, rows: [0] }))[0]?.values[0];
    };
    expect(await loss(text, 30)).toBe(await loss(changed, 30));
    expect(await loss(text, 40)).not.toBe(await loss(changed, 40));
  });

  it('writes what is most probable by a pass over all that was written before, where it is cold', async () => {
    const { writer } = model;
    if (writer === undefined) throw new Error('it writes nothing');
    const params = model.parameters.map(({ shape: own }, i) => tf.tensor(run.params[i] as Float32Array, [1, ...own]));
    const prompts = Int32Array.from(data.arrays.text?.values.subarray(0, 2 * LENGTH) ?? []);
    const written = tf.tidy(() => {
      let state = writer.start(params, { tensors: { text: tf.tensor3d(prompts, [1, 2, LENGTH], 'int32') } });
      for (let step = 0; step < writer.steps; step++) state = writer.next(params, state, tf.tensor1d([step]));
      return (state[0] as tf.Tensor).arraySync() as number[][][];
    });
    for (const [row, text] of (written[0] ?? []).entries()) {
      expect(text.slice(0, writing.prompt)).toEqual(Array.from(prompts.subarray(row * LENGTH, row * LENGTH + writing.prompt)));
      for (const place of [6, 23]) {
        // The same text with every character in that place.
        const values = Array.from({ length: 72 }, (_, character) => [...text.slice(0, place), character]).flat();
        const arrays = { text: { values: Int32Array.from(values), rowShape: [place + 1] } };
        const [losses] = await predictOnce(model, [run], { arrays, rows: someRows(0, 72) });
        const least = Math.min(...(losses?.values ?? []));
        expect(losses?.values[text[place] as number], `row ${row}, place ${place}`).toBe(least);
      }
    }
  });
});

describe('the report', () => {
  it('counts bits per character, and shows prompts and what follows', async () => {
    const model = await charLm.create(defaultOptions(charLm), data);
    const values = new Float32Array(64).fill(Math.log(8));
    expect(model.score({ rows: 64, values })[0]).toBeCloseTo(3, 6);
    expect(model.score({ rows: 64, values: values.map((_, row) => (row === 3 ? Number.NaN : 1)) })[0]).toBeNaN();
    const text = data.arrays.text?.values.subarray(0, 48) ?? [];
    const written = Float32Array.from({ length: 4 * 48 }, (_, i) => text[i % 48] as number);
    const { items } = model.show({ rows: 64, values, written });
    expect(items.length).toBe(4);
    expect(items[1]?.parts).toEqual([
      { kind: 'text', role: 'source', caption: 'prompt', text: textOf(text.slice(0, 16)) },
      { kind: 'text', role: 'output', caption: 'goes on', text: textOf(text.slice(16)) },
    ]);
    const broken = model.show({ rows: 64, values: values.map(() => Number.NaN), written });
    expect(broken.items[0]?.parts[1]).toMatchObject({ text: '' });
  });
});
