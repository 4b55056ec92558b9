import { memo } from 'react';
import { actions } from '../store/actions.ts';
import type { SeriesStyle } from '../theme/series.ts';

/** What the legend needs to know of a line; values are written into it from outside React. */
export interface LegendItem {
  readonly id: string;
  readonly racerKey: string | null;
  readonly label: string;
  readonly note: string;
  readonly hint: string;
  readonly style: SeriesStyle;
  readonly isHidden: boolean;
  /** What the line's reference shows, in a word and at length; null without one. */
  readonly reference: { readonly part: string; readonly hint: string } | null;
}

interface LegendProps {
  readonly items: readonly LegendItem[];
  /** Where a value of a line is shown; called with null when it goes away. */
  readonly onValue: (id: string, element: HTMLElement | null) => void;
}

function Swatch({ style }: { readonly style: SeriesStyle }) {
  return (
    <svg className="legend-swatch" width="26" height="8" aria-hidden="true">
      <path d="M1 4H25" stroke={style.colour} strokeWidth={style.width} strokeDasharray={style.dash} fill="none" />
    </svg>
  );
}

function Values({ item, onValue }: { readonly item: LegendItem; readonly onValue: LegendProps['onValue'] }) {
  return (
    <>
      <span className="legend-value" ref={(element) => onValue(item.id, element)} />
      {item.reference !== null && (
        <span className="legend-reference" title={item.reference.hint}>
          {item.reference.part} <span className="legend-value" ref={(element) => onValue(`${item.id}:reference`, element)} />
        </span>
      )}
    </>
  );
}

/** Names of the lines with their values at the crosshair. A click hides or shows a racer everywhere; its colour stays its own. */
export const Legend = memo(function Legend({ items, onValue }: LegendProps) {
  return (
    <ul className="legend">
      {items.map((item) => {
        const { racerKey } = item;
        const name = (
          <>
            <Swatch style={item.style} />
            <span className="legend-label">{item.label}</span>
          </>
        );
        return (
          <li key={item.id} className={item.isHidden ? 'legend-item legend-item-hidden' : 'legend-item'} title={item.hint || undefined}>
            {racerKey === null ? (
              <span className="legend-name">{name}</span>
            ) : (
              <button type="button" className="legend-name" aria-pressed={!item.isHidden} onClick={() => actions.toggleHidden(racerKey)}>
                {name}
              </button>
            )}
            <Values item={item} onValue={onValue} />
            {item.note !== '' && <span className="legend-note">{item.note}</span>}
          </li>
        );
      })}
    </ul>
  );
});
