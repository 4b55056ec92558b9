import type { Trace } from '../../optimizers/definition.ts';
import type { MinimizerFacts } from '../../workloads/definition.ts';
import { formatNumber } from '../ui/format.ts';
import { AFTER_UPDATE, referenceStyle, type ShownRacer, shownRacers, stepBand, stepLine, stepMarks } from './build-lines.ts';
import type { ChartBuilder, ChartInput, ChartRule } from './chart-data.ts';
import { type RaceSeries, raceSeries } from './race-series.ts';

type Norm = 'max-norm' | '2-norm';

/** The trace this chart shows of a racer: its estimate of a distance, else another quantity of the same kind. */
interface ShownTrace {
  readonly shown: ShownRacer;
  readonly trace: Trace;
  /** Null: the trace is not an estimate of a distance. */
  readonly norm: Norm | null;
}

function shownTrace(shown: ShownRacer): readonly ShownTrace[] {
  const { estimate, traces } = shown.definition;
  if (estimate.kind === 'none') {
    const trace = traces.find(({ chart }) => chart === 'distance');
    return trace ? [{ shown, trace, norm: null }] : [];
  }
  const trace = traces.find(({ id }) => id === estimate.trace);
  return trace ? [{ shown, trace, norm: estimate.norm }] : [];
}

const MOVED_COLUMN = { 'max-norm': 'movedMax', '2-norm': 'moved2' } as const satisfies Record<Norm, string>;

/** The true distance in every norm that a visible racer estimates. */
function truthRules(minimizer: MinimizerFacts | null, traces: readonly ShownTrace[]): readonly ChartRule[] {
  if (!minimizer) return [];
  const distance = { 'max-norm': minimizer.distanceMax, '2-norm': minimizer.distance2 } as const;
  return (['max-norm', '2-norm'] as const)
    .filter((norm) => traces.some((entry) => entry.norm === norm && !entry.shown.isHidden))
    .map((norm) => ({
      id: `truth:${norm}`,
      kind: 'truth',
      value: distance[norm],
      text: `true |x₀ − x*|, ${norm}: ${formatNumber(distance[norm])}`,
    }));
}

function lines(input: ChartInput, series: RaceSeries, { shown, trace, norm }: ShownTrace) {
  const column = series.column(shown.racer.key, trace.id);
  if (!column) return [];
  const note = norm ? `${trace.label}, ${norm}` : `${trace.label}, not a distance`;
  const main = stepLine(input, shown, column.median, { id: trace.id, role: 'main', offset: AFTER_UPDATE, note, hint: trace.meaning });
  const moved = norm ? series.column(shown.racer.key, MOVED_COLUMN[norm]) : null;
  if (!moved) return [main];
  return [
    stepLine(input, shown, moved.median, {
      ...{ id: 'moved', role: 'reference', offset: AFTER_UPDATE, part: 'moved', note: `moved, ${norm}` },
      hint: 'the distance moved from the start',
      style: referenceStyle(shown),
    }),
    main,
  ];
}

/**
 * What learning-rate-free methods believe about |x0 - x*|, against the distance they actually moved in the same norm and,
 * for a convex workload, the true distance. Quantities such as Mechanic's sum of s are shown too, and named as what they are not.
 */
export const buildDistanceChart: ChartBuilder = (input) => {
  const series = raceSeries(input.samples);
  const traces = shownRacers(input).flatMap(shownTrace);
  const minimizer = input.workload?.minimizer?.(input.samples.config.workload.options) ?? null;
  return {
    title: 'Distance estimate',
    unit: 'parameter units',
    lines: traces.flatMap((entry) => lines(input, series, entry)),
    bands: traces.flatMap(({ shown, trace }) => {
      const column = series.column(shown.racer.key, trace.id);
      return column ? stepBand(input, shown, column, { id: trace.id, offset: AFTER_UPDATE }) : [];
    }),
    marks: traces.flatMap(({ shown, trace }) =>
      stepMarks(input, shown, series.runs(shown.racer.key), { name: trace.id, offset: AFTER_UPDATE }),
    ),
    rules: truthRules(minimizer, traces),
    keepsEnds: true,
    yDomain: null,
    emptyText:
      traces.length === 0 ? 'No racer here estimates a distance. Add Prodigy to see one.' : 'The estimate appears with the first step.',
  };
};
