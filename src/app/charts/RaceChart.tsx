import { type KeyboardEvent, memo, type PointerEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { actions } from '../store/actions.ts';
import { raceStore } from '../store/store.ts';
import { CHART_NAMES } from './build-chart.ts';
import { ChartAxes } from './ChartAxes.tsx';
import { ChartTable, type ChartTableData } from './ChartTable.tsx';
import type { ChartId } from './chart-data.ts';
import type { ChartFrame } from './chart-frame.ts';
import { Legend } from './Legend.tsx';
import { LiveChart } from './live-chart.ts';

/** Keys of a focused chart: along by a hundredth of the horizon (a tenth with Shift), to either end, or away. */
const KEYS: Readonly<Record<string, number | 'start' | 'end' | 'none'>> = {
  ArrowLeft: -0.01,
  ArrowRight: 0.01,
  Home: 'start',
  End: 'end',
  Escape: 'none',
};

const toggled = (list: readonly string[], id: string): readonly string[] =>
  list.includes(id) ? list.filter((other) => other !== id) : [...list, id];

function Toggle(props: { readonly label: string; readonly title: string; readonly isOn: boolean; readonly onToggle: () => void }) {
  return (
    <button type="button" className="chart-toggle" aria-pressed={props.isOn} title={props.title} onClick={props.onToggle}>
      {props.label}
    </button>
  );
}

/** The measured step means the same for every method; the nominal one is what that method's users know. */
function NominalToggle() {
  const isNominal = raceStore((state) => state.view.stepView === 'nominal');
  return (
    <Toggle
      label="nominal"
      title="The multiplier of each method's own update, in its own unit, instead of the measured change of the parameters"
      isOn={isNominal}
      onToggle={() => actions.setView({ stepView: isNominal ? 'measured' : 'nominal' })}
    />
  );
}

/** One chart of the race: axes by recharts, lines by the painter, values in the legend, numbers as a table on request. */
export const RaceChart = memo(function RaceChart({ id, height }: { readonly id: ChartId; readonly height: number }) {
  const name = CHART_NAMES[id];
  const plot = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [frame, setFrame] = useState<ChartFrame | null>(null);
  const [table, setTable] = useState<ChartTableData | null>(null);
  const [isTable, setIsTable] = useState(false);
  const [live, setLive] = useState<LiveChart | null>(null);

  useEffect(() => {
    const created = new LiveChart(id, { setFrame, setTable });
    setLive(created);
    return () => created.dispose();
  }, [id]);

  useLayoutEffect(() => {
    const element = plot.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => live?.resize(width, height), [live, width, height]);
  useEffect(() => live?.showTable(isTable), [live, isTable]);

  const onPointerMove = useCallback(
    (event: PointerEvent<HTMLDivElement>) => live?.pointAt(event.clientX - event.currentTarget.getBoundingClientRect().left),
    [live],
  );
  const onPointerLeave = useCallback(() => live?.pointAt(Number.NEGATIVE_INFINITY), [live]);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const move = KEYS[event.key];
    if (move === undefined || event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    live?.moveBy(typeof move === 'number' && event.shiftKey ? 10 * move : move);
  };

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the crosshair of the focused chart
    <section className={`chart chart-${id}`} aria-label={name} data-chart={id} tabIndex={0} onKeyDown={onKeyDown}>
      <header className="chart-header">
        <h2 className="chart-title">
          {frame?.title ?? name} {frame && frame.unit !== '' && <span className="chart-unit">{frame.unit}</span>}
        </h2>
        <div className="chart-tools">
          {id === 'step' && <NominalToggle />}
          <Toggle
            label="log x"
            title="Logarithmic horizontal axis"
            isOn={frame?.xScale === 'log'}
            onToggle={() => actions.setView({ xLog: toggled(raceStore.getState().view.xLog, id) })}
          />
          <Toggle
            label="log y"
            title="Logarithmic vertical axis (L)"
            isOn={frame?.yScale === 'log'}
            onToggle={() => actions.setView({ yFlipped: toggled(raceStore.getState().view.yFlipped, id) })}
          />
          <Toggle label="table" title="The numbers of this chart" isOn={isTable} onToggle={() => setIsTable(!isTable)} />
        </div>
      </header>
      {live && <Legend items={frame?.legend ?? []} onValue={live.setValue} />}
      <div
        ref={plot}
        className="chart-plot"
        style={{ height }}
        onPointerMove={onPointerMove}
        onPointerDown={onPointerMove}
        onPointerLeave={onPointerLeave}
      >
        {!frame && <div className="chart-skeleton" />}
        {frame &&
          live &&
          width > 0 &&
          (isTable ? (
            table && <ChartTable caption={name} height={height} data={table} />
          ) : (
            // Read as one picture: its values are in the legend, and all numbers behind the table button.
            <div role="img" aria-label={`${name}, drawn as lines`}>
              <ChartAxes
                width={width}
                height={height}
                xDomain={frame.xDomain}
                yDomain={frame.yDomain}
                xScale={frame.xScale}
                yScale={frame.yScale}
                xUnit={frame.xUnit}
                rules={frame.rules}
                onTargets={live.setTargets}
              />
              <svg ref={live.setOverlay} className="chart-overlay" width={width} height={height} aria-hidden="true">
                <path fill="none" />
                <text fontSize={11} />
              </svg>
            </div>
          ))}
        {frame && !isTable && frame.emptyText !== null && <p className="chart-empty">{frame.emptyText}</p>}
      </div>
      <p className="visually-hidden" aria-live="polite" ref={live?.setAnnouncer} />
    </section>
  );
});
