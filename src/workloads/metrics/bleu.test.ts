import { describe, expect, test } from 'vitest';
import { bleu4, characterBleu4 } from './bleu.ts';
import reference from './testing/bleu.json' with { type: 'json' };

const words = (text: string): readonly string[] => text.split(' ');

describe(`BLEU-4 is that of ${reference.implementation}`, () => {
  test.each(reference.cases.map((given, index) => [index, given] as const))('case %s', (_, { hypotheses, references, bleu4: expected }) => {
    expect(Math.abs(bleu4(references)(hypotheses) - expected)).toBeLessThan(1e-9);
  });
});

test('character BLEU-4 is BLEU-4 with characters as words', () => {
  const [outputs, references] = [
    ['zwölf', 'einundzwanzig', 'elf'],
    ['zwölf', 'einundzwanzig', 'fünf'],
  ];
  expect(characterBleu4(references)(references)).toBe(100);
  const spaced = (texts: readonly string[]): readonly (readonly string[])[] => texts.map((text) => words([...text].join(' ')));
  expect(characterBleu4(references)(outputs)).toBe(bleu4(spaced(references))(spaced(outputs)));
  expect(characterBleu4(references)(['', '', ''])).toBe(0);
});
