import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareTexts, type Stretch } from './compare-texts.ts';

const textOf = (stretches: readonly Stretch[]): string => stretches.map(({ text }) => text).join('');
const sameOf = (stretches: readonly Stretch[]): string =>
  stretches
    .filter(({ isSame }) => isSame)
    .map(({ text }) => text)
    .join('');

/** Written with brackets around what the other text has not. */
const marked = (stretches: readonly Stretch[]): string => stretches.map(({ text, isSame }) => (isSame ? text : `[${text}]`)).join('');

describe('the comparison of a reference and an output', () => {
  it.each([
    ['zweihundert', 'zweihundert', 'zweihundert', 'zweihundert', 0],
    ['kitten', 'sitting', '[k]itt[e]n', '[s]itt[i]n[g]', 3],
    ['drei', 'dreizehn', 'drei', 'drei[zehn]', 4],
    ['drei', '', '[drei]', '', 4],
    ['', 'drei', '', '[drei]', 4],
    ['für', 'fur', 'f[ü]r', 'f[u]r', 1],
  ])('of %s and %s', (reference, output, inReference, inOutput, edits) => {
    const comparison = compareTexts(reference, output);
    expect(marked(comparison.reference)).toBe(inReference);
    expect(marked(comparison.output)).toBe(inOutput);
    expect(comparison.edits).toBe(edits);
  });

  it('loses no character and marks as same what is the same text on both sides', () => {
    const text = fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'b', ' ', '😀') });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const { reference, output, edits } = compareTexts(a, b);
        expect(textOf(reference)).toBe(a);
        expect(textOf(output)).toBe(b);
        expect(sameOf(reference)).toBe(sameOf(output));
        expect(edits).toBe(compareTexts(b, a).edits);
        expect(edits).toBeLessThanOrEqual(Math.max([...a].length, [...b].length));
        expect(edits === 0).toBe(a === b);
      }),
    );
  });

  it('compares long texts place by place', () => {
    const long = 'abc'.repeat(400);
    const { output, edits } = compareTexts(long, `${long.slice(0, -1)}x`);
    expect(edits).toBe(1);
    expect(marked(output)).toBe(`${long.slice(0, -1)}[x]`);
  });
});
