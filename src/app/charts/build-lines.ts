import type { RacerConfig } from '../../engine/config.ts';
import type { Divergence } from '../../engine/result.ts';
import type { DivergenceCause } from '../../kernels/optimizer-runner.ts';
import type { OptimizerDefinition } from '../../optimizers/definition.ts';
import type { RunSamples } from '../store/samples.ts';
import { type SeriesStyle, seriesStyle } from '../theme/series.ts';
import type { ChartBand, ChartInput, ChartLine, ChartMark, LineRole } from './chart-data.ts';
import { bucketEdges, decimate } from './decimate.ts';
import type { RacerColumn } from './race-series.ts';

/** A racer of the shown race with all that its lines share. */
export interface ShownRacer {
  readonly racer: RacerConfig;
  readonly definition: OptimizerDefinition;
  readonly label: string;
  readonly style: SeriesStyle;
  readonly isHidden: boolean;
}

/** Racers whose optimizer this version knows, in race order. */
export function shownRacers({ samples, config, definitionOf, labels }: ChartInput): readonly ShownRacer[] {
  return samples.config.racers.flatMap((racer) => {
    const definition = definitionOf(racer.optimizer);
    if (!definition) return [];
    const edited = config.racers.find(({ key }) => key === racer.key) ?? racer;
    return {
      racer,
      definition,
      label: labels[racer.key] ?? definition.label,
      style: seriesStyle(racer.key, definition.family),
      isHidden: edited.hidden,
    };
  });
}

/**
 * Where a column's values lie on the x axis, whose step k means "after k updates": row t of the samples was recorded by update t + 1 and
 * holds the loss of the point before that update, and everything else as the update left it.
 */
export const BEFORE_UPDATE = 0;
export const AFTER_UPDATE = 1;
export type StepOffset = typeof BEFORE_UPDATE | typeof AFTER_UPDATE;

/** A per-step column as one decimated line; row t lies at step t + offset. */
export function stepLine(
  input: ChartInput,
  { racer, label, style, isHidden }: ShownRacer,
  values: ArrayLike<number>,
  line: {
    readonly id: string;
    readonly role: LineRole;
    readonly offset: StepOffset;
    readonly part?: string;
    readonly note?: string;
    readonly hint?: string;
    readonly style?: SeriesStyle;
  },
): ChartLine {
  const { count, totalSteps } = input.samples;
  const rows = decimate(values, count, bucketEdges(totalSteps, input.xScale), input.yScale === 'log');
  return {
    id: `${racer.key}:${line.id}`,
    role: line.role,
    racerKey: racer.key,
    label,
    part: line.part ?? '',
    note: line.note ?? '',
    hint: line.hint ?? '',
    style: line.style ?? style,
    isHidden,
    steps: rows.map((row) => row + line.offset),
    values: rows.map((row) => values[row] ?? Number.NaN),
    at: (step) => finiteOrNull(values[step - line.offset]),
  };
}

/** Thin and dotted, in the racer's colour. */
export const referenceStyle = ({ style }: ShownRacer): SeriesStyle => ({ ...style, dash: '1 3', width: 1.25 });

/** The range over seeds of a per-step column, or nothing when there is one seed. */
export function stepBand(
  input: ChartInput,
  { racer, style, isHidden }: ShownRacer,
  column: RacerColumn,
  { id, offset }: { readonly id: string; readonly offset: StepOffset },
): readonly ChartBand[] {
  const { low, high } = column;
  if (!low || !high) return [];
  const { count, totalSteps } = input.samples;
  const positiveOnly = input.yScale === 'log';
  const edges = bucketEdges(totalSteps, input.xScale);
  // Both outlines at the union of their steps, so that the band is one closed shape.
  const rows = [...new Set([...decimate(low, count, edges, positiveOnly), ...decimate(high, count, edges, positiveOnly)])].sort(
    (a, b) => a - b,
  );
  return [
    {
      id: `${racer.key}:${id}`,
      style,
      isHidden,
      steps: rows.map((row) => row + offset),
      low: rows.map((row) => low[row] ?? Number.NaN),
      high: rows.map((row) => high[row] ?? Number.NaN),
    },
  ];
}

/** The last finite point of a run in one chart. */
export interface EndPoint {
  readonly step: number;
  readonly value: number;
}

/**
 * A cross for each diverged run of a racer, at its last finite point. The first to diverge carries the words for all seeds.
 * @param endOf null when the run has no point in this chart.
 */
export function divergenceMarks(
  { racer, style, isHidden }: ShownRacer,
  runs: readonly RunSamples[],
  endOf: (run: RunSamples, divergedAt: number) => EndPoint | null,
): readonly ChartMark[] {
  const diverged = runs
    .flatMap((run) => {
      const end = run.divergence && endOf(run, run.divergence.step);
      return run.divergence && end ? [{ run, end, divergence: run.divergence }] : [];
    })
    .sort((a, b) => a.divergence.step - b.divergence.step);
  return diverged.map(({ run, end, divergence }, index) => ({
    id: `${racer.key}:${run.seed}:diverged`,
    racerKey: racer.key,
    style,
    isHidden,
    ...end,
    ...(index > 0 ? { text: '', shortText: '', reason: '' } : divergenceTexts(diverged.length, runs.length, divergence)),
  }));
}

/** In as few words as a chart has room for; the results say it in a sentence. */
const REASONS = {
  loss: 'loss not finite',
  parameters: 'parameter not finite',
  state: 'buffer overflowed',
  method: 'method has no step',
} as const satisfies Record<DivergenceCause, string>;

/** @param divergence of the first seed to diverge. */
function divergenceTexts(diverged: number, seeds: number, { step, cause }: Divergence): Pick<ChartMark, 'text' | 'shortText' | 'reason'> {
  const shortText = `× step ${step + 1}`;
  const reason = cause === undefined ? '' : REASONS[cause];
  if (seeds === 1) return { text: `diverged, step ${step + 1}`, shortText, reason };
  return { text: `${diverged} of ${seeds} seeds diverged, step ${step + 1}`, shortText, reason };
}

/** Crosses at the last finite value of a per-step column. */
export function stepMarks(
  { samples, yScale }: ChartInput,
  shown: ShownRacer,
  runs: readonly RunSamples[],
  { name, offset }: { readonly name: string; readonly offset: StepOffset },
): readonly ChartMark[] {
  return divergenceMarks(shown, runs, (run, divergedAt) => {
    const column = run.series[run.columns.indexOf(name)];
    let row = Math.min(samples.count, divergedAt + 1) - 1;
    while (row >= 0 && !isShown(column?.[row], yScale)) row--;
    const value = column?.[row];
    return value === undefined ? null : { step: row + offset, value };
  });
}

export const isShown = (value: number | undefined, scale: ChartInput['yScale']): value is number =>
  value !== undefined && Number.isFinite(value) && (scale === 'linear' || value > 0);

export const finiteOrNull = (value: number | undefined): number | null => (value !== undefined && Number.isFinite(value) ? value : null);
