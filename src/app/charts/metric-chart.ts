import type { EvaluationPoint } from '../../engine/result.ts';
import type { RunSamples } from '../store/samples.ts';
import { formatNumber } from '../ui/format.ts';
import { medianOfSorted } from './bands.ts';
import { divergenceMarks, finiteOrNull, isShown, referenceStyle, type ShownRacer, shownRacers } from './build-lines.ts';
import type { ChartBand, ChartBuilder, ChartInput, ChartLine, ChartMark } from './chart-data.ts';
import { raceSeries } from './race-series.ts';

/** The deciding metric of one racer at every evaluation: median, smallest and largest over seeds. */
interface MetricColumn {
  readonly steps: readonly number[];
  readonly median: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Fractions are shown as percent. */
export const metricFactor = (unit: string | undefined): number => (unit === '%' ? 100 : 1);

type Metrics = readonly number[] | undefined;

function metricColumn(runs: readonly RunSamples[], factor: number, metricsOf: (point: EvaluationPoint) => Metrics): MetricColumn {
  const bySteps = new Map<number, number[]>();
  for (const run of runs) {
    for (const point of run.evaluations) {
      const { step } = point;
      const metrics = metricsOf(point);
      if (metrics === undefined) continue;
      const values = bySteps.get(step) ?? [];
      const value = metrics[0];
      if (value !== undefined && Number.isFinite(value)) values.push(value * factor);
      bySteps.set(step, values);
    }
  }
  const steps = [...bySteps.keys()].sort((a, b) => a - b);
  const sorted = steps.map((step) => (bySteps.get(step) ?? []).sort((a, b) => a - b));
  return {
    steps,
    median: sorted.map((values) => (values.length * 2 < runs.length ? Number.NaN : medianOfSorted(values))),
    low: sorted.map((values) => values[0] ?? Number.NaN),
    high: sorted.map((values) => values[values.length - 1] ?? Number.NaN),
  };
}

/** The last evaluation at or before a step. */
function valueAt({ steps, median }: MetricColumn, step: number): number | null {
  let index = steps.length - 1;
  while (index >= 0 && (steps[index] as number) > step) index--;
  return finiteOrNull(median[index]);
}

function line({ racer, label, style, isHidden, definition }: ShownRacer, column: MetricColumn): ChartLine {
  const { points } = definition;
  return {
    id: `${racer.key}:metric`,
    role: 'main',
    racerKey: racer.key,
    label,
    part: points?.evaluation ?? '',
    note: points ? `at ${points.evaluation}; ${points.gradient}: where gradients are taken` : '',
    hint: points?.meaning ?? '',
    style,
    isHidden,
    steps: column.steps,
    values: column.median,
    at: (step) => valueAt(column, step),
  };
}

/** The metric where a method takes its gradients, for one that is evaluated elsewhere. It counts for nothing. */
function gradientLine(shown: ShownRacer, runs: readonly RunSamples[], factor: number): readonly ChartLine[] {
  const { points } = shown.definition;
  if (!points) return [];
  const column = metricColumn(runs, factor, ({ gradientPointMetrics }) => gradientPointMetrics);
  return [
    {
      ...line(shown, column),
      id: `${shown.racer.key}:metric at gradients`,
      role: 'reference',
      part: points.gradient,
      note: `${points.gradient}, where gradients are taken`,
      hint: 'the metric where gradients are taken',
      style: referenceStyle(shown),
    },
  ];
}

function band({ racer, style, isHidden }: ShownRacer, { steps, low, high }: MetricColumn): ChartBand {
  return { id: `${racer.key}:metric`, style, isHidden, steps, low, high };
}

function marks({ yScale }: ChartInput, shown: ShownRacer, runs: readonly RunSamples[], factor: number): readonly ChartMark[] {
  return divergenceMarks(shown, runs, (run) => {
    const last = run.evaluations.findLast(({ metrics }) => isShown(metrics[0], yScale));
    const value = last?.metrics[0];
    return last && value !== undefined ? { step: last.step, value: value * factor } : null;
  });
}

/** The deciding validation metric at every evaluation, with the target: at the point that counts, and thin where gradients are taken elsewhere. */
export const buildMetricChart: ChartBuilder = (input) => {
  const series = raceSeries(input.samples);
  const metric = input.workload?.metrics[0];
  const factor = metricFactor(metric?.unit);
  const racers = shownRacers(input).map((shown) => {
    const runs = series.runs(shown.racer.key);
    return { shown, runs, column: metricColumn(runs, factor, ({ metrics }) => metrics) };
  });
  const { target } = input.samples;
  return {
    title: metric?.label ?? 'Validation metric',
    unit: metric?.unit ?? '',
    lines: racers.flatMap(({ shown, runs, column }) => [...gradientLine(shown, runs, factor), line(shown, column)]),
    bands: racers.flatMap(({ shown, runs, column }) => (runs.length > 1 ? [band(shown, column)] : [])),
    marks: racers.flatMap(({ shown, runs }) => marks(input, shown, runs, factor)),
    rules: target
      ? [
          {
            id: 'target',
            kind: 'target',
            value: target.value * factor,
            text: `target ${formatNumber(target.value * factor)}${metric?.unit === '%' ? ' %' : ''}`,
          },
        ]
      : [],
    keepsEnds: true,
    yDomain: null,
    emptyText: 'The metric appears with the first evaluation.',
  };
};
