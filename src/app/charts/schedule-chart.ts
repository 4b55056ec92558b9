import { SCHEDULE_LABELS } from '../../engine/schedules.ts';
import type { SeriesStyle } from '../theme/series.ts';
import { formatPercent } from '../ui/format.ts';
import { type ShownRacer, shownRacers } from './build-lines.ts';
import type { ChartBuilder, ChartInput, ChartLine } from './chart-data.ts';
import { bucketEdges, decimate } from './decimate.ts';
import { raceSeries } from './race-series.ts';

/** A line that stands for several racers belongs to none of them: grey, its pattern by its place among such lines. */
const SHARED_DASHES = ['none', '8 4', '2 3', '8 3 2 3'] as const;
const sharedStyle = (place: number): SeriesStyle => ({
  colour: 'var(--ink-soft)',
  dash: SHARED_DASHES[place % SHARED_DASHES.length] ?? 'none',
  width: 1.75,
});

function line(input: ChartInput, table: Float64Array, members: readonly ShownRacer[], all: number, place: number): ChartLine {
  const [first] = members as readonly [ShownRacer, ...ShownRacer[]];
  const { kind, warmup } = first.racer.schedule ?? input.samples.config.schedule;
  const isShared = members.length > 1;
  const steps = decimate(table, table.length, bucketEdges(input.samples.totalSteps, input.xScale), input.yScale === 'log');
  return {
    id: `schedule:${first.racer.key}`,
    role: 'main',
    racerKey: isShared ? null : first.racer.key,
    label: members.length === all && isShared ? 'all racers' : members.map(({ label }) => label).join(', '),
    ...(isShared && members.length < all ? { endLabel: `${first.label} +${members.length - 1}` } : {}),
    part: '',
    note: `${SCHEDULE_LABELS[kind]}, warmup ${formatPercent(warmup)}`,
    hint: '',
    style: isShared ? sharedStyle(place) : first.style,
    isHidden: members.every(({ isHidden }) => isHidden),
    steps,
    values: steps.map((step) => table[step] ?? Number.NaN),
    at: (step) => table[step] ?? null,
  };
}

/** Relative multiplier of every update, drawn at the steps done before it. Racers with the same schedule and horizon share a line. */
export const buildScheduleChart: ChartBuilder = (input) => {
  const series = raceSeries(input.samples);
  const racers = shownRacers(input);
  const groups = new Map<Float64Array, ShownRacer[]>();
  for (const shown of racers) {
    const table = series.schedule(shown.racer);
    const group = groups.get(table);
    if (group) group.push(shown);
    else groups.set(table, [shown]);
  }
  return {
    title: 'Schedule',
    unit: 'multiplier, peak 1',
    lines: [...groups].map(([table, members], place) => line(input, table, members, racers.length, place)),
    bands: [],
    marks: [],
    rules: [],
    keepsEnds: false,
    yDomain: input.yScale === 'linear' ? [0, 1] : null,
    emptyText: 'There is no racer.',
  };
};
