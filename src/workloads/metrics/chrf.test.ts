import { describe, expect, test } from 'vitest';
import { chrF2 } from './chrf.ts';
import reference from './testing/chrf.json' with { type: 'json' };

describe(`chrF2 is that of ${reference.implementation}`, () => {
  test.each(reference.cases.map((given, index) => [index, given] as const))('case %s', (_, { hypotheses, references, chrf2: expected }) => {
    expect(Math.abs(chrF2(references)(hypotheses) - expected)).toBeLessThan(1e-9);
  });
});
