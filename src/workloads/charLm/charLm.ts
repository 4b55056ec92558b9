import type { LoadedData, Report, WorkloadDefinition } from '../definition.ts';
import { integerOption } from '../options.ts';
import { findTarget } from '../targets.ts';
import { GIVEN, loadText } from './data.ts';
import set from './files.json' with { type: 'json' };
import targets from './targets.json' with { type: 'json' };

const MAX_STEPS = 600;
const WRITING = { rows: 4, prompt: 16, length: 48, temperature: 0.7 } as const;

const base = {
  id: 'charLm',
  options: {
    width: {
      kind: 'integer',
      label: 'Width',
      doc: 'Features of each position; heads of attention have 8 where that divides it.',
      value: 32,
      min: 8,
      max: 128,
    },
    depth: { kind: 'integer', label: 'Depth', doc: 'Blocks of attention and two dense layers.', value: 2, min: 1, max: 3 },
    length: { kind: 'integer', label: 'Length', doc: 'Characters of a row that are predicted.', value: 48, min: 16, max: 128 },
  },
} as const;

const NOTE = `The beginning of four validation rows, and how the network goes on, character by character. Drawn at temperature ${WRITING.temperature} with the same random numbers for every optimizer.`;

function report({ words }: LoadedData): Report {
  const { characters = [] } = words ?? {};
  const inWords = (numbers: Float32Array): string => Array.from(numbers, (number) => characters[number] ?? '').join('');
  return {
    score: ({ values }) => [values.reduce((sum, value) => sum + value, 0) / values.length / Math.LN2],
    show: ({ values, written = new Float32Array() }) => ({
      note: NOTE,
      items: Array.from({ length: written.length / WRITING.length }, (_, row) => {
        const text = written.subarray(row * WRITING.length, (row + 1) * WRITING.length);
        const isKnown = Number.isFinite(values[row]);
        return {
          title: `Text ${row + 1}`,
          isRight: null,
          parts: [
            { kind: 'text', role: 'source', caption: 'prompt', text: inWords(text.subarray(0, WRITING.prompt)) },
            {
              kind: 'text',
              role: 'output',
              caption: isKnown ? 'goes on' : 'writes nothing: its output is not finite',
              text: isKnown ? inWords(text.subarray(WRITING.prompt)) : '',
            },
          ],
        };
      }),
    }),
  };
}

/**
 * A decoder-only transformer that predicts the characters of a novel: 300,000 characters of Northanger Abbey, 72 symbols.
 *
 * At each position, the last three characters enter, each through a table of its own: the sum is a causal convolution of length 3. Without it, so
 * small a network needs most of its steps to find its neighbours by attention. Then `depth` blocks (pre-LN, causal attention with heads of 8
 * numbers and linear biases instead of positions, two dense layers with a ReLU in between of 4 times the width), a layer norm, and one logit
 * per character.
 *
 * - Objective: mean cross-entropy over 48 characters of a row with smoothed labels; dropout of the input and of what each half of a block adds,
 *   auxiliary dropout of attention weights. The loss shown is the plain one.
 * - Metric: bits per character on the first 64 validation rows, 3,072 characters of a later chapter; every one has 3 to 50 characters before it.
 * - 600 steps at horizon 1 with batch 8: 0.77 epochs.
 * - After each evaluation it continues the first 16 characters of four rows by 32.
 */
export const charLm: WorkloadDefinition = {
  ...base,
  label: 'Characters',
  reduces:
    'No workload of AlgoPerf, but the smallest language model: a transformer, by default of 35,000 parameters, that writes one character after another, trained on a novel by Jane Austen.',
  metrics: [{ id: 'bitsPerCharacter', label: 'Validation bits per character', direction: 'lower', unit: 'bits' }],
  maxSteps: () => MAX_STEPS,
  batch: () => ({ value: 8, min: 1, max: 256 }),
  regularization: { labelSmoothing: true, dropout: true, auxDropout: true },
  files: () => set.files,
  load: (options, fetchFile) => loadText(integerOption(base, options, 'length'), fetchFile),
  create: async (options, data) => {
    const { charLmModel } = await import('./model.ts');
    const network = charLmModel({
      vocabulary: data.words?.characters?.length ?? 0,
      width: integerOption(base, options, 'width'),
      depth: integerOption(base, options, 'depth'),
      given: GIVEN,
      writing: WRITING,
    });
    return { ...network, ...report(data) };
  },
  yardstick: () => ({ value: 2.7331, label: '3-gram counts, Witten-Bell smoothed' }),
  target: (options, batch) => findTarget(targets, options, batch),
};
