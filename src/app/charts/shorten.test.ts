import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortenAll, textWidth } from './shorten.ts';

/** Room for a name in the gutter of a narrow and of a wide chart, CSS pixels. */
const NARROW = 64;
const WIDE = 110;

describe('shortened labels', () => {
  it('keep what fits, and else the beginning and the end', () => {
    expect(shortenAll(['Mechanic (AdamW)', 'Prodigy safeguard d0=1e-5'], WIDE)).toEqual(['Mechanic (AdamW)', 'Prodigy s…0=1e-5']);
  });

  it('never lose the number of a duplicate', () => {
    const labels = ['', ' #2', ' #3', ' #10'].map((suffix) => `Schedule-Free AdamW lr=3e-4${suffix}`);
    for (const width of [NARROW, WIDE]) {
      const texts = shortenAll(labels, width);
      expect(new Set(texts).size).toBe(labels.length);
      expect(texts.slice(1).map((text) => text.split(' ').at(-1))).toEqual(['#2', '#3', '#10']);
    }
  });

  it('keep the part that differs where neither beginning nor end does', () => {
    const labels = ['AdamW beta1=0.9, lr=3e-4, eps=1e-8', 'AdamW beta1=0.8, lr=3e-4, eps=1e-8', 'AdamW beta2=0.9, lr=3e-4, eps=1e-8'];
    const texts = shortenAll(labels, WIDE);
    expect(new Set(texts).size).toBe(3);
    expect(texts[0]).toContain('9, lr');
    expect(texts[1]).toContain('8, lr');
  });

  it('are numbered where every part of them looks alike', () => {
    const texts = shortenAll(['SGD lr=100, momentum=0.999 ====', 'SGD lr=100, momentum=0.999 ===', 'SGD lr=100, momentum=0.999 a'], 64);
    expect(new Set(texts).size).toBe(3);
    expect(texts.filter((text) => /…=.* #[12]$/.test(text))).toHaveLength(2);
  });

  it('fit and stay different for eight names that begin alike', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '1', '='), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 8 }), fc.integer({ min: NARROW, max: 160 }), (ends, width) => {
        const labels = ends.map((end) => `SGD lr=100, momentum=0.999 ${end}`);
        const texts = shortenAll(labels, width);
        for (const text of texts) expect(textWidth(text)).toBeLessThanOrEqual(width);
        expect(new Set(texts).size).toBe(labels.length);
      }),
      { numRuns: 500 },
    );
  });
});
