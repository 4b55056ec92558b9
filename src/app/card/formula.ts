import katex, { type KatexOptions } from 'katex';
import type { CardSymbol } from '../../optimizers/card.ts';

/** The attribute of the page's element in which KaTeX sets a marked symbol; its value is the symbol's id. */
export const SYMBOL_ATTRIBUTE = 'data-symbol';

const MARKED = /\\s\{(\w+)\}/g;

/** Ids of the symbols that a line of LaTeX marks, in the order they stand in it. */
export const markedSymbols = (line: string): readonly string[] => [...line.matchAll(MARKED)].map(([, id]) => id ?? '');

/** Scripts that stand at `from`, each with its sort and where it ends: `_{k+1}^2`. */
function scriptsAt(line: string, from: number): readonly { readonly sort: string; readonly end: number }[] {
  const scripts: { sort: string; end: number }[] = [];
  let at = from;
  while (line[at] === '_' || line[at] === '^') {
    const sort = line[at] as string;
    at = argumentEnd(line, at + 1);
    scripts.push({ sort, end: at });
  }
  return scripts;
}

/** Where the argument that starts at `from` ends: a group in braces, a command, or one character. */
function argumentEnd(line: string, from: number): number {
  if (line[from] !== '{') return from + (/^\\[a-zA-Z]+/.exec(line.slice(from))?.[0].length ?? 1);
  let depth = 0;
  for (let at = from; at < line.length; at++) {
    if (line[at] === '{') depth++;
    if (line[at] === '}' && --depth === 0) return at + 1;
  }
  throw new Error(`A brace is not closed in ${line}`);
}

/** Whether the symbol itself has a script of this sort, as `\beta_2` has a subscript. */
const hasScript = (tex: string, sort: string): boolean => tex.replace(/\{[^{}]*\}/g, '').includes(sort);

/**
 * LaTeX of a line, each marked symbol set in an element of its own that bears its id. A script behind a symbol that has one of the other sort
 * goes into that element, so that both stand above each other.
 */
function withSymbols(line: string, symbols: readonly CardSymbol[]): string {
  const match = new RegExp(MARKED.source).exec(line);
  if (!match) return line;
  const id = match[1] ?? '';
  const symbol = symbols.find((candidate) => candidate.id === id);
  if (!symbol) throw new Error(`The formula marks a symbol "${id}" that the card does not explain.`);
  const start = match.index + match[0].length;
  const own = ['_', '^'].filter((sort) => hasScript(symbol.tex, sort));
  const [script] = scriptsAt(line, start);
  const end = script && own.length === 1 && script.sort !== own[0] ? script.end : start;
  const inside = `${symbol.tex}${withSymbols(line.slice(start, end), symbols)}`;
  return `${line.slice(0, match.index)}\\htmlData{symbol=${id}}{${inside}}${withSymbols(line.slice(end), symbols)}`;
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

// Set like a displayed formula, but in running text, where KaTeX allows a line to break at relations and operators, and here between
// formulas that share a line.
const displayed = (tex: string) => `\\displaystyle ${tex.replaceAll('\\qquad', '\\allowbreak\\qquad')}`;

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
