import type { LoadedData } from '../definition.ts';
import type { WorkloadCases } from '../testing/cases.ts';
import { PADDING } from './byte-pairs.ts';

const [LENGTH, TRAIN_ROWS, VALIDATION_ROWS] = [4, 24, 2];

/** The first rows of at most four tokens on either side, as sequences of four: decoding takes a step per token. */
function shrink({ arrays, trainRows, validationRows, ...data }: LoadedData): LoadedData {
  const isShort = (row: number): boolean =>
    Object.values(arrays).every(({ values, rowShape: [length = 0] }) => values[row * length + LENGTH] === PADDING);
  const someOf = (first: number, rows: number, count: number): readonly number[] =>
    Array.from({ length: rows }, (_, row) => first + row)
      .filter(isShort)
      .slice(0, count);
  const [train, validation] = [someOf(0, trainRows, TRAIN_ROWS), someOf(trainRows, validationRows, VALIDATION_ROWS)];
  const short = ({ values, rowShape: [length = 0] }: LoadedData['arrays'][string]): LoadedData['arrays'][string] => ({
    values: Int32Array.from([...train, ...validation].flatMap((row) => [...values.subarray(row * length, row * length + LENGTH)])),
    rowShape: [LENGTH],
  });
  return {
    ...data,
    trainRows: train.length,
    validationRows: validation.length,
    arrays: Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, short(array)])),
  };
}

export const cases: WorkloadCases = {
  small: { options: { width: 8, depth: 1 }, others: { depth: 2 }, batch: 2, shrink },
  initialLoss: {
    value: Math.log(80) + 0.5 + 0.15,
    tolerance: 0.6,
    why: 'ln of the 80 words, half the variance 1 of the logits, and what the word just read takes: one table for inputs and output makes it likely',
  },
};
