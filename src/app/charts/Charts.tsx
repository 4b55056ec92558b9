import { memo } from 'react';
import { CHART_IDS } from '../../engine/view.ts';
import { actions } from '../store/actions.ts';
import { raceStore } from '../store/store.ts';
import type { ChartId } from './chart-data.ts';
import './charts.css';
import { RaceChart } from './RaceChart.tsx';

/** CSS pixels. Fixed, so that nothing moves when a race starts, and charts in an iframe have a size. */
const HEIGHTS = { loss: 240, metric: 240, distance: 280, step: 220, schedule: 220 } as const satisfies Record<ChartId, number>;

/** What holds for all charts: the horizontal axis and the smoothing of the loss. */
const ChartOptions = memo(function ChartOptions() {
  const xAxis = raceStore((state) => state.view.xAxis);
  const smoothing = raceStore((state) => state.view.smoothing);
  return (
    <div className="chart-options">
      <fieldset className="chart-option">
        <legend>Horizontal axis</legend>
        {(['steps', 'seconds'] as const).map((value) => (
          <button
            key={value}
            type="button"
            className="chart-toggle"
            aria-pressed={xAxis === value}
            onClick={() => actions.setView({ xAxis: value })}
          >
            {value}
          </button>
        ))}
      </fieldset>
      <label className="chart-option">
        Smoothing of the loss
        <input
          type="range"
          min={0}
          max={0.99}
          step={0.01}
          value={smoothing}
          aria-valuetext={smoothing === 0 ? 'off' : smoothing.toFixed(2)}
          onChange={(event) => actions.setView({ smoothing: event.currentTarget.valueAsNumber })}
        />
        {/* Not an <output>: its role is status, and the page has one of those. */}
        <span className="chart-option-value">{smoothing === 0 ? 'off' : smoothing.toFixed(2)}</span>
      </label>
    </div>
  );
});

/** The five charts of a race, one crosshair over all. An embed shows those its author left visible. */
export const Charts = memo(function Charts() {
  const hide = raceStore((state) => state.view.hide);
  const shown = CHART_IDS.filter((id) => !hide.includes(id));
  if (shown.length === 0) return null;
  return (
    <div className="charts">
      {!hide.includes('controls') && <ChartOptions />}
      {shown.map((id) => (
        <RaceChart key={id} id={id} height={HEIGHTS[id]} />
      ))}
    </div>
  );
});
