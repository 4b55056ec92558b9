import { useEffect } from 'react';
import { CHART_IDS, type ChartId } from '../../engine/view.ts';
import { actions } from '../store/actions.ts';
import { openDialog, useOpenDialog } from '../store/dialogs.ts';
import { shortcutsFlag } from '../store/local-setting.ts';
import { useShownCard } from '../store/shown-card.ts';
import { raceStore } from '../store/store.ts';

/** Controls that take letters or space for themselves: typing, type-ahead, pressing, checking. */
const TAKES_LETTERS =
  'input:not([type=checkbox], [type=range]), textarea, select, [contenteditable], [role=menu], [role=listbox], [role=combobox]';
const TAKES_SPACE = `${TAKES_LETTERS}, button, a[href], summary, input, [role=button], [role=slider], [role=switch], [role=checkbox], [role=menuitem], [role=option], [role=tab]`;

/** The chart the focus is in, if any. Charts name themselves with data-chart. */
function focusedChart(element: Element): ChartId | null {
  const id = element.closest<HTMLElement>('[data-chart]')?.dataset.chart;
  return CHART_IDS.find((chart) => chart === id) ?? null;
}

function toggleLogAxis(chart: ChartId): void {
  const { yFlipped } = raceStore.getState().view;
  actions.setView({ yFlipped: yFlipped.includes(chart) ? yFlipped.filter((id) => id !== chart) : [...yFlipped, chart] });
}

/** What a key does when the focus is on `target`, or null when the key is not for us. */
export function shortcutFor(key: string, target: Element): (() => void) | null {
  if (key === ' ') return target.closest(TAKES_SPACE) ? null : actions.toggleRun;
  if (target.closest(TAKES_LETTERS)) return null;
  switch (key.toLowerCase()) {
    case 's':
      return actions.step;
    case 'r':
      return actions.reset;
    case 'l': {
      const chart = focusedChart(target);
      return chart && (() => toggleLogAxis(chart));
    }
    case '?':
      return () => openDialog('help');
    default:
      return null;
  }
}

const isDialogOpen = () => useOpenDialog.getState() !== null || useShownCard.getState() !== null;

/** Keyboard shortcuts of the race page, unless the visitor switched them off or a dialog is open. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
      if (!shortcutsFlag.get() || isDialogOpen() || !(event.target instanceof Element)) return;
      const act = shortcutFor(event.key, event.target);
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}
