import type { MetricSpec } from '../../workloads/definition.ts';
import { metricFactor } from '../charts/metric-chart.ts';
import { formatNumber } from '../ui/format.ts';

/** A metric's value as a table shows it, without its unit; fractions as percent. */
export const metricNumber = (value: number | null, metric: MetricSpec | null): string =>
  formatNumber(value === null ? null : value * metricFactor(metric?.unit));

/** The same with its unit, for running text: `3.02 %`. */
export const metricText = (value: number | null, metric: MetricSpec | null): string =>
  `${metricNumber(value, metric)} ${metric?.unit ?? ''}`.trimEnd();
