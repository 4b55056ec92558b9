import type { HyperValue } from '../../kernels/step-program.ts';
import type { CardSymbol } from '../../optimizers/card.ts';
import { MISSING } from '../ui/format.ts';
import { SymbolTex } from './Formulas.tsx';
import { NumberText } from './NumberText.tsx';
import { type RunMoment, valueText } from './run-values.ts';

interface SymbolTableProps {
  readonly symbols: readonly CardSymbol[];
  readonly moment: RunMoment | null;
  readonly hyper: Readonly<Record<string, HyperValue>>;
  readonly active: string | null;
  /** A symbol under the pointer, or none any more. */
  readonly onPoint: (id: string | null) => void;
  /** A symbol that was focused or pressed: it stays until another one is. */
  readonly onPin: (id: string) => void;
}

/** The number of a symbol now, or in words why there is none. */
export function SymbolValue({
  symbol,
  moment,
  hyper,
}: {
  readonly symbol: CardSymbol;
  readonly moment: RunMoment | null;
  readonly hyper: Readonly<Record<string, HyperValue>>;
}) {
  const text = valueText(symbol, moment, hyper);
  if (text !== null) return <NumberText text={text} />;
  if (!symbol.value) return MISSING;
  return <span className="card-none">{moment ? 'not recorded' : 'no run yet'}</span>;
}

/** Every symbol of the formulas with its meaning, unit and value. Pointing at one or focusing it marks it in the formulas. */
export function SymbolTable({ symbols, moment, hyper, active, onPoint, onPin }: SymbolTableProps) {
  return (
    <table className="card-table card-symbols" aria-label="Symbols">
      <thead>
        <tr>
          <th scope="col">Symbol</th>
          <th scope="col">Meaning</th>
          <th scope="col" className="card-number">
            Value
          </th>
          <th scope="col" className="card-unit">
            Unit
          </th>
        </tr>
      </thead>
      <tbody>
        {symbols.map((symbol) => (
          <tr
            key={symbol.id}
            className={active === symbol.id ? 'is-active' : undefined}
            onPointerEnter={() => onPoint(symbol.id)}
            onPointerLeave={() => onPoint(null)}
          >
            <th scope="row">
              <button
                type="button"
                className="card-symbol"
                aria-pressed={active === symbol.id}
                onClick={() => onPin(symbol.id)}
                onFocus={() => onPin(symbol.id)}
              >
                <span className="visually-hidden">{symbol.id}</span>
                <SymbolTex symbol={symbol} />
              </button>
            </th>
            <td>
              {symbol.meaning}
              <span className="card-unit-below">{symbol.unit}</span>
            </td>
            <td className="card-number">
              <SymbolValue symbol={symbol} moment={moment} hyper={hyper} />
            </td>
            <td className="card-unit">{symbol.unit}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
