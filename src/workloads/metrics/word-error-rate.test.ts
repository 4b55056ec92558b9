import { describe, expect, test } from 'vitest';
import reference from './testing/word_error_rate.json' with { type: 'json' };
import { editDistance, wordErrorRate } from './word-error-rate.ts';

describe.each(reference.cases.map((given, index) => [index, given] as const))('reference case %s', (_, given) => {
  test('has the edits and the rate of an independent implementation', () => {
    expect(given.references.map((words, index) => editDistance(words, given.hypotheses[index] ?? []))).toEqual(given.edits);
    expect(wordErrorRate(given.references, given.hypotheses)).toBeCloseTo(given.word_error_rate, 12);
  });
});

test('nothing said costs every word, and too many words cost more', () => {
  expect(wordErrorRate([[1, 2], [3]], [[], []])).toBe(1);
  expect(wordErrorRate([[1]], [[2, 3, 4]])).toBe(3);
  expect(wordErrorRate([[1, 2, 3]], [[1, 2, 3]])).toBe(0);
});
