import * as v from 'valibot';
import type { DataAttribution, DataFile, FetchFile } from '../definition.ts';
import { attributionOf, parseMeta, sourceEntries } from '../meta.ts';
import { fetchVerified } from '../verify.ts';
import { drawNumbers, english, german } from './number-words.ts';

/** A text and its translation. */
export interface Pair {
  readonly source: string;
  readonly target: string;
}

/** A parallel corpus, in its order. */
export interface Pairs {
  readonly train: readonly Pair[];
  readonly validation: readonly Pair[];
  readonly attribution: DataAttribution;
}

/** English number words and their German translation: a pure function. No number is in both parts. */
export function numberPairs(trainRows: number, validationRows: number): Pairs {
  const pair = (n: number): Pair => ({ source: english(n), target: german(n) });
  return {
    train: drawNumbers(trainRows, 'train').map(pair),
    validation: drawNumbers(validationRows, 'validation').map(pair),
    attribution: {
      title: 'Number words, English to German',
      description: 'Numbers from 0 to 999,999 in words, made by the rules of both languages.',
      attribution: 'The Freestep authors',
      spdx: 'MIT',
      licenceUrl: 'https://spdx.org/licenses/MIT.html',
    },
  };
}

const TextSchema = v.object({ shape: v.tuple([v.number(), v.number()]) });
const MetaSchema = v.object({
  ...sourceEntries,
  n_train: v.number(),
  vocab_source: v.array(v.string()),
  vocab_target: v.array(v.string()),
  files: v.object({ source: TextSchema, target: TextSchema }),
});

/** Rows of character ids, padded with 0, as texts. */
function textsOf(bytes: ArrayBuffer, [rows, width]: readonly [number, number], characters: readonly string[]): readonly string[] {
  const ids = new Uint8Array(bytes);
  return Array.from({ length: rows }, (_, row) =>
    Array.from(ids.subarray(row * width, (row + 1) * width), (id) => (id === 0 ? '' : characters[id])).join(''),
  );
}

/** Phrases of message catalogues: public/data/gpl/en-de. Throws `DataMissingError` or `DataChecksumError`. */
export async function phrasePairs(files: readonly DataFile[], fetchFile: FetchFile): Promise<Pairs> {
  const [metaBytes, source, target] = (await Promise.all(files.map((file) => fetchVerified(file, fetchFile)))) as [
    ArrayBuffer,
    ArrayBuffer,
    ArrayBuffer,
  ];
  const meta = parseMeta(MetaSchema, metaBytes);
  const sources = textsOf(source, meta.files.source.shape, meta.vocab_source);
  const targets = textsOf(target, meta.files.target.shape, meta.vocab_target);
  const pairs = sources.map((text, row): Pair => ({ source: text, target: targets[row] as string }));
  return {
    train: pairs.slice(0, meta.n_train),
    validation: pairs.slice(meta.n_train),
    attribution: attributionOf(meta),
  };
}
