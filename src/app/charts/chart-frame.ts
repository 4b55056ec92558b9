import type { ViewConfig } from '../../engine/config.ts';
import { findOptimizer, findWorkload } from '../store/definitions.ts';
import { racerLabels } from '../store/labels.ts';
import type { RaceState } from '../store/race-store.ts';
import type { RaceSamples } from '../store/samples.ts';
import type { Domain, Scale } from './axes.ts';
import { buildChart, xScaleOf, yScaleOf } from './build-chart.ts';
import type { ChartData, ChartId, ChartRule } from './chart-data.ts';
import { createGeometry, type Geometry, xDomainOf } from './geometry.ts';
import type { LegendItem } from './Legend.tsx';
import { plannedSamples } from './planned.ts';
import { legendEntries } from './readout.ts';
import { yDomainOf } from './y-domain.ts';

/** The part of a chart that React renders; it changes rarely. */
export interface ChartFrame {
  readonly title: string;
  readonly unit: string;
  readonly xUnit: string;
  readonly xDomain: Domain;
  readonly yDomain: Domain;
  readonly xScale: Scale;
  readonly yScale: Scale;
  readonly rules: readonly ChartRule[];
  readonly legend: readonly LegendItem[];
  /** Words in place of lines, or null when there are lines. */
  readonly emptyText: string | null;
}

/** The part that changes with every draw. */
export interface ChartMoment {
  readonly samples: RaceSamples;
  readonly data: ChartData;
  readonly geometry: Geometry;
}

const X_UNITS = { steps: 'step', seconds: 'seconds' } as const satisfies Record<ViewConfig['xAxis'], string>;

/** Everything one chart shows of the store's state, or null when its workload is unknown to this version. */
export function computeChart(
  id: ChartId,
  state: RaceState,
  size: { readonly width: number; readonly height: number },
): { readonly frame: ChartFrame; readonly moment: ChartMoment } | null {
  const { config, view, shared } = state;
  const workload = findWorkload((state.samples?.config ?? config).workload.id);
  const samples = state.samples ?? (workload ? plannedSamples(config, workload) : null);
  if (!samples) return null;
  const xScale = xScaleOf(id, view);
  const yScale = yScaleOf(id, view, workload);
  const labels = racerLabels(samples.config);
  const data = buildChart(id, { samples, config, view, shared, xScale, yScale, workload, definitionOf: findOptimizer, labels });
  const xDomain = xDomainOf(samples, view.xAxis, xScale);
  const yDomain = yDomainOf(data, yScale);
  const geometry = createGeometry(samples, size, { xAxis: view.xAxis, xScale, yScale, xDomain, yDomain });
  const frame: ChartFrame = {
    title: data.title,
    unit: data.unit,
    xUnit: X_UNITS[view.xAxis],
    xDomain,
    yDomain,
    xScale,
    yScale,
    rules: data.rules,
    legend: legendEntries(data).map(({ line, reference }) => ({
      id: line.id,
      racerKey: line.racerKey,
      label: line.label,
      note: line.note,
      hint: line.hint,
      style: line.style,
      isHidden: line.isHidden,
      reference: reference && { part: reference.part, hint: reference.hint },
    })),
    emptyText: data.lines.some(({ steps }) => steps.length > 0) ? null : data.emptyText,
  };
  return { frame, moment: { samples, data, geometry } };
}

/** The old frame with only those parts replaced that differ, so that memoized parts of the chart keep their props; the same object if none does. */
export function mergeFrames(old: ChartFrame | null, next: ChartFrame): ChartFrame {
  if (!old) return next;
  const keep = <T>(before: T, after: T): T => (JSON.stringify(before) === JSON.stringify(after) ? before : after);
  const merged: ChartFrame = {
    ...next,
    xDomain: keep(old.xDomain, next.xDomain),
    yDomain: keep(old.yDomain, next.yDomain),
    rules: keep(old.rules, next.rules),
    legend: keep(old.legend, next.legend),
  };
  return (Object.keys(merged) as (keyof ChartFrame)[]).every((key) => merged[key] === old[key]) ? old : merged;
}
