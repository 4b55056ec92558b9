import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inlineNoFonts, woff2Only } from './katex-fonts.ts';

test("KaTeX's stylesheet keeps every font in one format", () => {
  const css = woff2Only(readFileSync(join(import.meta.dirname, '../../node_modules/katex/dist/katex.min.css'), 'utf8'));
  expect(css.match(/@font-face/g)?.length).toBe(20);
  expect(css.match(/\.woff2\)/g)?.length).toBe(20);
});

test('a stylesheet that names its fonts otherwise is refused', () => {
  expect(() => woff2Only('@font-face{src:url(a.otf)}')).toThrow('katex-fonts.ts');
});

test('fonts stay files, everything else is left to vite', () => {
  expect(inlineNoFonts('fonts/KaTeX_Size3-Regular.woff2')).toBe(false);
  expect(inlineNoFonts('icon.svg')).toBeUndefined();
});
