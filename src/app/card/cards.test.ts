import { describe, expect, it } from 'vitest';
import type { OptimizerCard } from '../../optimizers/card.ts';
import { defaultHyper } from '../../optimizers/definition.ts';
import { optimizerDefinitions } from '../store/definitions.ts';
import { formulaMarkup, markedSymbols } from './formula.ts';

const modules = import.meta.glob<OptimizerCard>('../../optimizers/*/*.card.ts', { import: 'card', eager: true });

const cards = optimizerDefinitions.map((definition) => {
  const { id } = definition;
  const card = modules[`../../optimizers/${id}/${id}.card.ts`];
  if (!card) throw new Error(`src/optimizers/${id}/${id}.card.ts is missing.`);
  return { id, card, definition };
});

describe.each(cards)('the card of $id', ({ card, definition }) => {
  it('is set by KaTeX line by line without a complaint, for the eye and for screen readers', () => {
    expect(card.update.length).toBeGreaterThan(0);
    for (const line of card.update) {
      const markup = formulaMarkup(line, card.symbols);
      expect(markup).toContain('<math');
      expect(markup).not.toContain('katex-error');
      for (const id of markedSymbols(line)) expect(markup).toContain(`data-symbol="${id}"`);
    }
    for (const { id } of card.symbols) expect(formulaMarkup(`\\s{${id}}`, card.symbols)).not.toContain('katex-error');
  });

  it('explains every symbol that its formulas mark, once, and no other', () => {
    const marked = [...new Set(card.update.flatMap(markedSymbols))].sort();
    const declared = card.symbols.map(({ id }) => id);
    expect(declared.toSorted()).toEqual(marked);
    for (const { id, meaning, unit } of card.symbols) {
      expect(meaning.trim(), id).not.toBe('');
      expect(unit.trim(), id).not.toBe('');
    }
  });

  it('takes its values from what a run records and from hyperparameters that exist', () => {
    const recorded = definition.traces.map(({ id }) => id);
    const hyper = Object.keys(definition.hyper);
    for (const { id, value } of card.symbols) {
      if (value?.kind === 'scalar') expect(recorded, `symbol ${id}: a scalar needs a trace to be recorded`).toContain(value.name);
      if (value?.kind === 'hyper') expect(hyper, `symbol ${id}`).toContain(value.name);
    }
  });

  it('gives code and warnings for every preset', () => {
    for (const preset of definition.presets) {
      const values = { ...defaultHyper(definition), ...preset.hyper };
      for (const part of [card.torch, card.optax]) {
        if ('missing' in part) continue;
        expect(part.construct(values, '0.125'), preset.id).toMatch(/^[\w.]+\(/);
        for (const warning of part.warnings(values)) expect(warning.trim(), preset.id).not.toBe('');
      }
    }
  });
});

it('every card belongs to a method of the registry', () => {
  expect(Object.keys(modules).length).toBe(cards.length);
});

it('a symbol that is not explained is an error that names it', () => {
  expect(() => formulaMarkup('\\s{q}', [])).toThrow('"q"');
});

describe('a script behind a symbol', () => {
  const symbols = [
    { id: 'beta2', tex: '\\beta_2', meaning: 'b', unit: 'u' },
    { id: 'm', tex: 'm', meaning: 'm', unit: 'u' },
    { id: 'dMax', tex: 'd^{\\max}', meaning: 'd', unit: 'u' },
  ];
  /** LaTeX that was set, as KaTeX notes it for screen readers. */
  const set = (line: string) => /<annotation[^>]*>(.*)<\/annotation>/.exec(formulaMarkup(line, symbols))?.[1];

  it('stands above or below the one that the symbol has itself', () => {
    expect(set('\\s{beta2}^{k+1}')).toContain('\\htmlData{symbol=beta2}{\\beta_2^{k+1}}');
    expect(set('\\s{dMax}_{k}')).toContain('\\htmlData{symbol=dMax}{d^{\\max}_{k}}');
  });

  it('is left where it is otherwise, with the symbols in it', () => {
    expect(set('\\s{m}_{k}^2 + \\s{m}^{\\s{beta2}}')).toContain(
      '\\htmlData{symbol=m}{m}_{k}^2 + \\htmlData{symbol=m}{m}^{\\htmlData{symbol=beta2}{\\beta_2}}',
    );
  });
});

it('LaTeX that KaTeX does not know, or that is no plain LaTeX, is an error', () => {
  expect(() => formulaMarkup('\\nonsense', [])).toThrow();
  expect(() => formulaMarkup('\\href{https://example.org}{x}', [])).toThrow();
  expect(() => formulaMarkup('x \\text{é — ∑}', [])).toThrow();
});
