import type { LoadedData } from '../definition.ts';
import { BytePairs, END, PADDING } from './byte-pairs.ts';
import type { Pair, Pairs } from './pairs.ts';

/** How a parallel corpus becomes rows of tokens. */
export interface Tokenization {
  /** Pieces that are made of characters. */
  readonly merges: number;
  /** Pairs with more tokens on a side, the end included, are left out. */
  readonly longest: number;
  /** Validation pairs that are kept, the first ones. */
  readonly evaluatedRows: number;
}

/**
 * A parallel corpus as tokens of one vocabulary for both languages, learned from its training part: arrays `source` (S) and `target` (T), each
 * row with an end and then padding; words `vocabulary`. S and T are the lengths of the longest rows.
 */
export function tokenize({ train, validation, attribution }: Pairs, options: Tokenization): LoadedData {
  const { merges, longest, evaluatedRows } = options;
  const bytePairs = new BytePairs(
    train.flatMap(({ source, target }) => [source, target]),
    merges,
  );
  const rowsOf = (pairs: readonly Pair[]) =>
    pairs
      .map(({ source, target }) => ({ source: [...bytePairs.encode(source), END], target: [...bytePairs.encode(target), END] }))
      .filter(({ source, target }) => Math.max(source.length, target.length) <= longest);
  const trained = rowsOf(train);
  const validated = rowsOf(validation).slice(0, evaluatedRows);
  const rows = [...trained, ...validated];
  const array = (side: keyof Pair): LoadedData['arrays'][string] => {
    const length = rows.reduce((most, row) => Math.max(most, row[side].length), 0);
    const values = new Int32Array(rows.length * length).fill(PADDING);
    rows.forEach((row, index) => {
      values.set(row[side], index * length);
    });
    return { values, rowShape: [length] };
  };
  return {
    trainRows: trained.length,
    validationRows: validated.length,
    arrays: { source: array('source'), target: array('target') },
    words: { vocabulary: bytePairs.vocabulary },
    attribution,
  };
}
