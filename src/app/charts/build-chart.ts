import type { ViewConfig } from '../../engine/config.ts';
import type { WorkloadDefinition } from '../../workloads/definition.ts';
import type { Scale } from './axes.ts';
import type { ChartBuilder, ChartData, ChartId, ChartInput } from './chart-data.ts';
import { buildDistanceChart } from './distance-chart.ts';
import { buildLossChart } from './loss-chart.ts';
import { buildMetricChart } from './metric-chart.ts';
import { buildScheduleChart } from './schedule-chart.ts';
import { buildStepChart } from './step-chart.ts';

/** Accessible names of the five charts; they never change. */
export const CHART_NAMES = {
  loss: 'Loss',
  metric: 'Metric',
  distance: 'Distance estimate',
  step: 'Effective step size',
  schedule: 'Schedule',
} as const satisfies Record<ChartId, string>;

const BUILDERS = {
  loss: buildLossChart,
  metric: buildMetricChart,
  distance: buildDistanceChart,
  step: buildStepChart,
  schedule: buildScheduleChart,
} as const satisfies Record<ChartId, ChartBuilder>;

export function buildChart(id: ChartId, input: ChartInput): ChartData {
  return BUILDERS[id](input);
}

const flipped = (scale: Scale, isFlipped: boolean): Scale => (isFlipped ? (scale === 'log' ? 'linear' : 'log') : scale);

/** Losses, distances, steps and metrics that fall towards 0 are read in ratios; accuracies and multipliers in differences. */
function defaultYScale(id: ChartId, workload: WorkloadDefinition | undefined): Scale {
  if (id === 'schedule') return 'linear';
  return id === 'metric' && workload?.metrics[0]?.direction === 'higher' ? 'linear' : 'log';
}

export const yScaleOf = (id: ChartId, view: ViewConfig, workload: WorkloadDefinition | undefined): Scale =>
  flipped(defaultYScale(id, workload), view.yFlipped.includes(id));

export const xScaleOf = (id: ChartId, view: ViewConfig): Scale => (view.xLog.includes(id) ? 'log' : 'linear');
