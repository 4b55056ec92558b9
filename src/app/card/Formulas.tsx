import { memo, useLayoutEffect, useRef } from 'react';
import type { CardSymbol } from '../../optimizers/card.ts';
import { setFormula, setSymbol } from './formula.ts';

function FormulaLine({ line, symbols }: { readonly line: string; readonly symbols: readonly CardSymbol[] }) {
  const place = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    if (place.current) setFormula(place.current, line, symbols);
  }, [line, symbols]);
  return <span ref={place} className="card-formula" />;
}

/** A lone symbol, set like those in the formulas; for the eye only, as not every screen reader names a button by its formula. */
export const SymbolTex = memo(function SymbolTex({ symbol }: { readonly symbol: CardSymbol }) {
  const place = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    if (place.current) setSymbol(place.current, symbol);
  }, [symbol]);
  return <span ref={place} aria-hidden="true" />;
});

/** The update, one line after the other as it is computed. Typeset once; symbols are found by their attribute. */
export const Formulas = memo(function Formulas({
  update,
  symbols,
}: {
  readonly update: readonly string[];
  readonly symbols: readonly CardSymbol[];
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard (WCAG 2.1.1)
    <section className="card-formulas" tabIndex={0} aria-label="Update formulas">
      <ol>
        {update.map((line) => (
          <li key={line}>
            <FormulaLine line={line} symbols={symbols} />
          </li>
        ))}
      </ol>
    </section>
  );
});
