import { type PointerEvent, useEffect, useRef, useState } from 'react';
import type { HyperValue } from '../../kernels/step-program.ts';
import type { OptimizerCard } from '../../optimizers/card.ts';
import { isSameValue } from '../store/labels.ts';
import { Formulas, SymbolTex } from './Formulas.tsx';
import { SYMBOL_ATTRIBUTE } from './formula.ts';
import { RunBar } from './RunBar.tsx';
import { SymbolTable, SymbolValue } from './SymbolTable.tsx';
import { useMoment } from './use-moment.ts';

const symbolAt = (target: EventTarget): string | null =>
  target instanceof Element ? (target.closest(`[${SYMBOL_ATTRIBUTE}]`)?.getAttribute(SYMBOL_ATTRIBUTE) ?? null) : null;

/** The update with its symbols: pointing at one anywhere marks it everywhere and shows its value in the run on screen. */
export function UpdateSection({
  card,
  optimizer,
  racerKey,
  hyper,
}: {
  readonly card: OptimizerCard;
  readonly optimizer: string;
  readonly racerKey: string | null;
  readonly hyper: Readonly<Record<string, HyperValue>>;
}) {
  const moment = useMoment(racerKey, optimizer);
  const [pointed, setPointed] = useState<string | null>(null);
  const [pinned, setPinned] = useState<string | null>(null);
  const formulas = useRef<HTMLDivElement>(null);
  const active = pointed ?? pinned;
  const symbol = card.symbols.find(({ id }) => id === active);
  const run = moment?.racer.hyper;
  const isChanged = run !== undefined && Object.keys(hyper).some((name) => !isSameValue(hyper[name], run[name]));

  // The typeset formulas are not React's: marking a symbol must not set them anew.
  useEffect(() => {
    for (const element of formulas.current?.querySelectorAll(`[${SYMBOL_ATTRIBUTE}]`) ?? []) {
      element.classList.toggle('is-active', element.getAttribute(SYMBOL_ATTRIBUTE) === active);
    }
  }, [active]);

  const onPoint = ({ target }: PointerEvent) => setPointed(symbolAt(target));
  const onPress = ({ target }: PointerEvent) => {
    const id = symbolAt(target);
    if (id) setPinned(id);
  };
  return (
    <>
      <section className="dialog-section">
        <h3>Update</h3>
        <div ref={formulas} onPointerOver={onPoint} onPointerLeave={() => setPointed(null)} onPointerDown={onPress}>
          <Formulas update={card.update} symbols={card.symbols} />
        </div>
        <div className="card-readout">
          {symbol ? (
            <>
              <span className="card-readout-value numeric">
                <span className="visually-hidden">{symbol.id}</span>
                <SymbolTex symbol={symbol} />
                {symbol.value && (
                  <>
                    {' = '}
                    <SymbolValue symbol={symbol} moment={moment} hyper={hyper} />
                  </>
                )}
              </span>
              <span>{symbol.meaning}</span>
              <span className="card-none">{symbol.unit}</span>
            </>
          ) : (
            <span className="card-none">Point at a symbol, or tab through the table, to see what it is and its value.</span>
          )}
        </div>
        <RunBar moment={moment} isInRace={racerKey !== null} isChanged={isChanged} />
      </section>
      <section className="dialog-section">
        <h3>Symbols</h3>
        <SymbolTable symbols={card.symbols} moment={moment} hyper={hyper} active={active} onPoint={setPointed} onPin={setPinned} />
      </section>
    </>
  );
}
