import type { LoadedData, WorkloadDefinition, WorkloadOptions, Yardstick } from '../definition.ts';
import { choiceOption, heldOutVariants, integerOption } from '../options.ts';
import { findTarget } from '../targets.ts';
import { type Tokenization, tokenize } from './data.ts';
import set from './files.json' with { type: 'json' };
import { numberPairs, phrasePairs } from './pairs.ts';
import { translationReport } from './report.ts';
import targets from './targets.json' with { type: 'json' };

const TRAIN_NUMBERS = 400;
const VALIDATION_NUMBERS = 64;

type Corpus = 'numbers' | 'phrases';

interface CorpusFacts extends Tokenization {
  readonly maxSteps: number;
  readonly batch: number;
  /** Measured in translate.test.ts. */
  readonly yardstick: Yardstick;
  readonly note: string;
}

const CORPORA: Readonly<Record<Corpus, CorpusFacts>> = {
  numbers: {
    merges: 80,
    longest: 24,
    evaluatedRows: VALIDATION_NUMBERS,
    maxSteps: 500,
    batch: 16,
    yardstick: { value: 71.9, label: 'the translation of the most similar training number' },
    note: 'Numbers that no training row has, made by the rules of both languages, and what the model makes of them word piece by word piece.',
  },
  phrases: {
    merges: 128,
    longest: 16,
    evaluatedRows: 128,
    maxSteps: 600,
    batch: 40,
    yardstick: { value: 51.7, label: 'the translation of the most similar training phrase' },
    note: 'Short phrases of message catalogues; many are names that no training row has, and few can be known.',
  },
};

const base = {
  id: 'translate',
  options: {
    width: {
      kind: 'integer',
      label: 'Width',
      doc: 'Channels of every token; feed-forward layers are as wide.',
      value: 32,
      min: 8,
      max: 256,
    },
    depth: { kind: 'integer', label: 'Depth', doc: 'Layers of the encoder, and as many of the decoder.', value: 2, min: 1, max: 6 },
    data: {
      kind: 'choice',
      label: 'Data',
      doc: 'What is translated from English to German.',
      value: 'numbers',
      choices: [
        {
          id: 'numbers',
          label: 'Number words',
          note: `${TRAIN_NUMBERS} training and ${VALIDATION_NUMBERS} validation numbers up to 999,999, made by rules`,
        },
        {
          id: 'phrases',
          label: 'Phrases',
          note: 'real short phrases of free programs, 4,008 training and 128 validation rows; 600 steps learn some of them',
        },
      ],
    },
    variant: heldOutVariants(
      [
        { id: 'postLn', label: 'Post-LN', note: 'layer normalization behind each residual sum' },
        { id: 'attentionTemp', label: 'Attention temperature', note: 'logits of attention times 4' },
        { id: 'gluTanh', label: 'GLU and tanh', note: 'feed-forward layers with tanh, gated' },
      ],
      'layer normalization in front of each part of a layer',
    ),
  },
} as const;

const corpusOf = (options: WorkloadOptions): Corpus => choiceOption(base, options, 'data') as Corpus;
const factsOf = (options: WorkloadOptions): CorpusFacts => CORPORA[corpusOf(options)];

/** Made once: always the same. */
let numbers: LoadedData | null = null;

function loadNumbers(): LoadedData {
  numbers ??= tokenize(numberPairs(TRAIN_NUMBERS, VALIDATION_NUMBERS), CORPORA.numbers);
  return numbers;
}

/**
 * WMT's encoder-decoder Transformer at width 32 instead of 1,024: `depth` pre-LN layers on each side, one table of words for source, target and
 * output, 2 heads, feed-forward layers as wide as the model, fixed sinusoidal positions. 36,352 parameters, 11.7 million multiply-adds forward.
 *
 * Objective per run: mean cross-entropy over the real target tokens of the batch with the run's smoothed labels (AlgoPerf's default is 0.1), under
 * dropout of embeddings, of what each part of a layer adds and of hidden units, and auxiliary dropout of attention weights. The reported loss is
 * the plain cross-entropy per token of the same forward pass. Translations are greedy; the original decodes with a beam of 4.
 *
 * - Number words: 400 numbers to train on and 64 others to evaluate, from all of 0 to 999,999. A number is held out where the FNV-1a hash of its
 *   digits is 0 modulo 10; numbers of 1 to 6 digits are drawn equally often. German says units before tens and writes a number as one word. With
 *   6,000 training numbers every good setting translates all 64 after 300 steps, and nothing is left to tell settings apart.
 * - Phrases: those of at most 16 tokens, 72 % of all, and the first 128 of them in the validation part.
 * - Tokens: byte pairs, learned from the training texts of both languages while the data are loaded (0.1 s), as rows of characters would have up to
 *   65. 80 merges for numbers: 80 words, rows of at most 19 and 16 tokens; with 64 merges they are a quarter longer and learned at the same pace,
 *   from 128 on pieces such as `undvierzig` are half the grammar. 128 merges for phrases, 211 words: 256 make names harder to copy.
 * - Metric: chrF2, character n-grams of 1 to 6, 0 to 100. WMT's BLEU over words would be 0 even for perfect translations of numbers, which are one
 *   word each; BLEU-4 over characters is shown too.
 * - Numbers take 500 steps of 16 at horizon 1, 20 epochs; phrases 600 steps of 40, 6 epochs.
 */
export const translate: WorkloadDefinition = {
  ...base,
  label: 'Translation',
  reduces:
    "AlgoPerf's Transformer on WMT: by default two layers of width 32 on each side instead of six of 1,024, which translate number words, or short phrases, instead of news from English to German.",
  metrics: [
    { id: 'chrF2', label: 'Validation chrF2', direction: 'higher', unit: 'of 100' },
    { id: 'exactMatch', label: 'Validation exact match', direction: 'higher', unit: '%' },
    { id: 'characterBleu4', label: 'Character BLEU-4', direction: 'higher', unit: 'of 100' },
    { id: 'crossEntropy', label: 'Validation cross-entropy', direction: 'lower', unit: 'nats' },
  ],
  maxSteps: (options) => factsOf(options).maxSteps,
  batch: (options) => ({ value: factsOf(options).batch, min: 4, max: 256 }),
  regularization: { labelSmoothing: true, dropout: true, auxDropout: true },
  files: (options) => (corpusOf(options) === 'phrases' ? set.files : []),
  load: async (options, fetchFile) =>
    corpusOf(options) === 'phrases' ? tokenize(await phrasePairs(set.files, fetchFile), CORPORA.phrases) : loadNumbers(),
  async create(options, data) {
    const variant = choiceOption(base, options, 'variant');
    const { transformer } = await import('./model.ts');
    return {
      ...transformer({
        words: data.words?.vocabulary?.length ?? 0,
        targetLength: data.arrays.target?.rowShape[0] ?? 0,
        width: integerOption(base, options, 'width'),
        depth: integerOption(base, options, 'depth'),
        isPostNorm: variant === 'postLn',
        temperature: variant === 'attentionTemp' ? 4 : 1,
        isGated: variant === 'gluTanh',
      }),
      ...translationReport(data, factsOf(options).note),
    };
  },
  target: (options, batch) => findTarget(targets, options, batch),
  yardstick: (options) => factsOf(options).yardstick,
};
