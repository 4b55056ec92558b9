import katex, { type KatexOptions } from 'katex';
import type { CardSymbol } from '../../optimizers/card.ts';

/** The attribute of the page's element in which KaTeX sets a marked symbol; its value is the symbol's id. */
export const SYMBOL_ATTRIBUTE = 'data-symbol';

const MARKED = /\\s\{(\w+)\}/g;

/** Ids of the symbols that a line of LaTeX marks, in the order they stand in it. */
export const markedSymbols = (line: string): readonly string[] => [...line.matchAll(MARKED)].map(([, id]) => id ?? '');

/** Plain LaTeX of a line, each marked symbol set in an element of its own that bears its id. */
function withSymbols(line: string, symbols: readonly CardSymbol[]): string {
  return line.replace(MARKED, (_, id: string) => {
    const symbol = symbols.find((candidate) => candidate.id === id);
    if (!symbol) throw new Error(`The formula marks a symbol "${id}" that the card does not explain.`);
    return `\\htmlData{symbol=${id}}{${symbol.tex}}`;
  });
}

const OPTIONS: KatexOptions = {
  // Marked up for screen readers beside what is drawn.
  output: 'htmlAndMathml',
  throwOnError: true,
  // Whatever LaTeX itself would not set is an error; marking symbols is KaTeX's own extension and the only one that is trusted.
  strict: (code) => (code === 'htmlExtension' ? 'ignore' : 'error'),
  trust: ({ command }) => {
    if (command !== '\\htmlData') throw new Error(`Formulas may not use ${command}.`);
    return true;
  },
};

// Set like a displayed formula, but in running text, where KaTeX allows a line to break at relations and operators.
const displayed = (tex: string) => `\\displaystyle ${tex}`;

/** Sets a line of an update into an element. */
export function setFormula(element: HTMLElement, line: string, symbols: readonly CardSymbol[]): void {
  katex.render(displayed(withSymbols(line, symbols)), element, OPTIONS);
}

/** Sets a lone symbol into an element. */
export function setSymbol(element: HTMLElement, { tex }: CardSymbol): void {
  katex.render(tex, element, OPTIONS);
}

/** The markup of a line, where there is no page to set it into. Throws on anything that is not plain LaTeX. */
export function formulaMarkup(line: string, symbols: readonly CardSymbol[]): string {
  return katex.renderToString(displayed(withSymbols(line, symbols)), OPTIONS);
}
