import type { LoadedData } from '../definition.ts';
import type { WorkloadCases } from '../testing/cases.ts';
import { PADDING } from './byte-pairs.ts';

const [LENGTH, VALIDATION_ROWS] = [3, 2];

/**
 * Sequences of three tokens, as decoding takes a step per token: the training rows that are no longer, some of which have padding, and the
 * beginnings of two validation rows.
 */
function shrink({ arrays, trainRows, ...data }: LoadedData): LoadedData {
  const isShort = (row: number): boolean =>
    Object.values(arrays).every(({ values, rowShape: [length = 0] }) => values[row * length + LENGTH] === PADDING);
  const train = Array.from({ length: trainRows }, (_, row) => row).filter(isShort);
  const rows = [...train, ...Array.from({ length: VALIDATION_ROWS }, (_, row) => trainRows + row)];
  const short = ({ values, rowShape: [length = 0] }: LoadedData['arrays'][string]): LoadedData['arrays'][string] => ({
    values: Int32Array.from(rows.flatMap((row) => [...values.subarray(row * length, row * length + LENGTH)])),
    rowShape: [LENGTH],
  });
  return {
    ...data,
    trainRows: train.length,
    validationRows: VALIDATION_ROWS,
    arrays: Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, short(array)])),
  };
}

export const cases: WorkloadCases = {
  small: { options: { width: 8, depth: 1 }, others: { depth: 2 }, batch: 2, shrink },
  initialLoss: {
    value: Math.log(80) + 0.5 + 0.15,
    tolerance: 0.3,
    why: 'ln of the 80 words, half the variance 1 of the logits, and what the word just read takes: one table for inputs and output makes it likely',
  },
  initialLossOf: {
    phrases: { value: Math.log(211) + 0.5, tolerance: 0.15, why: 'ln of the 211 words, and half the variance 1 of the logits' },
  },
};
