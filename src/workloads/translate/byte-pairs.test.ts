import { expect, test } from 'vitest';
import { BytePairs, END, textOf } from './byte-pairs.ts';

const TEXTS = ['ab ab abc', 'abc abd', 'x1 22'];

test('the most frequent pair of neighbours becomes a piece, step by step', () => {
  // 'ab' five times at first (once in ' ab' less each time), then ' ab', then whichever of the pairs of two comes first.
  const { vocabulary } = new BytePairs(TEXTS, 2);
  expect(vocabulary.slice(2)).toEqual([...new Set(TEXTS.join(''))].sort().concat('ab', ' ab'));
});

test('pieces that are always part of longer ones get no token', () => {
  const bytePairs = new BytePairs(['abcd', 'abcd', 'abcd'], 3);
  expect(bytePairs.vocabulary).toEqual(['', '', 'a', 'b', 'c', 'd', 'abcd']);
  // And are spelled where another text has them alone.
  expect(bytePairs.encode('abc').map((token) => bytePairs.vocabulary[token])).toEqual(['a', 'b', 'c']);
});

test('no piece reaches across words, digits and signs', () => {
  const { vocabulary } = new BytePairs(Array(5).fill('one-two 1a 1a one-two'), 100);
  expect(vocabulary.filter((piece) => piece.length > 1).sort()).toEqual([' 1', ' one', 'one', 'two']);
});

test('decoding gives the text back, up to the end', () => {
  const bytePairs = new BytePairs(TEXTS, 4);
  for (const text of [...TEXTS, 'dcba 2 x', '  b']) {
    expect(textOf([...bytePairs.encode(text), END, ...bytePairs.encode('a')], bytePairs.vocabulary)).toBe(text);
  }
});

test('what it learns is a function of the texts alone', () => {
  expect(new BytePairs([...TEXTS], 4).vocabulary).toEqual(new BytePairs(TEXTS, 4).vocabulary);
});

test('a character that was never seen is named', () => {
  expect(() => new BytePairs(TEXTS, 4).encode('abq')).toThrow(/"abq" has a character/);
});
