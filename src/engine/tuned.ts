import type { Preset } from '../optimizers/definition.ts';
import type { WorkloadOptions } from '../workloads/definition.ts';
import { optimizerOf, workloadOf } from './catalogue.ts';
import { horizonSteps } from './runs.ts';

/** The best point of one committed search (`npm run tune`). */
export interface TunedRecord {
  readonly options: WorkloadOptions;
  readonly optimizer: string;
  readonly horizon: number;
  readonly horizonSteps: number;
  readonly batch: number;
  /** Points tried, each with this many seeds. */
  readonly trials: number;
  readonly seeds: number;
  /** Median over seeds of the best validation value. */
  readonly score: number;
  readonly hyper: { readonly lr: number; readonly beta1: number; readonly beta2: number; readonly weightDecay: number };
  readonly warmup: number;
  readonly labelSmoothing: number;
  readonly dropout: number;
  /** 0 if missing. */
  readonly auxDropout?: number;
}

export interface TunedPreset {
  readonly preset: Preset;
  /** What the tuning cost: points tried, and runs with all their seeds. */
  readonly trials: number;
  readonly runs: number;
  /** Whether it was tuned for exactly this race; `why` says what differs if not, else how it was tuned. */
  readonly matches: boolean;
  readonly why: string;
}

export interface TunedQuery {
  readonly workload: string;
  readonly options: WorkloadOptions;
  readonly optimizer: string;
  readonly horizon: number;
  readonly batch: number;
}

/** Horizons this near, in fractions of the maximum steps, are the same: 33 and 66 % mean thirds. */
const SAME_HORIZON = 0.01;

const percent = (fraction: number): string => `${Math.round(100 * fraction)} %`;

/** What of a race a record was not tuned for, in words. */
function differences(record: TunedRecord, query: TunedQuery, steps: number): readonly string[] {
  const workload = workloadOf(query.workload);
  const options = Object.entries(workload.options)
    .filter(([name]) => record.options[name] !== query.options[name])
    .map(([name, spec]) => `${spec.label.toLowerCase()} ${record.options[name]}, not ${query.options[name]}`);
  const horizon =
    Math.abs(record.horizon - query.horizon) <= SAME_HORIZON
      ? []
      : [`a horizon of ${record.horizonSteps} steps (${percent(record.horizon)}), not ${steps} (${percent(query.horizon)})`];
  const batch = record.batch === query.batch ? [] : [`batch size ${record.batch}, not ${query.batch}`];
  return [...options, ...horizon, ...batch];
}

/** How much a search tried, e.g. '20 points x 1 seed'. */
export const searchSize = (points: number, seeds: number): string => `${points} points x ${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`;

/**
 * The tuned setting for a race, from a workload's records: the one with the nearest horizon among those of the same data.
 * Null when this optimizer was never tuned on this data. Options that only change the network may differ; then it does not match, and says so.
 */
export function chooseTuned(records: readonly TunedRecord[], query: TunedQuery): TunedPreset | null {
  const workload = workloadOf(query.workload);
  const steps = horizonSteps(query.horizon, workload.maxSteps(query.options));
  const sameData = (record: TunedRecord): boolean =>
    Object.entries(workload.options).every(
      ([name, spec]) => spec.kind !== 'choice' || spec.isVariant === true || record.options[name] === query.options[name],
    );
  const candidates = records
    .filter((record) => record.optimizer === query.optimizer && sameData(record))
    .map((record) => ({ record, differs: differences(record, query, steps) }))
    .sort(
      (a, b) => a.differs.length - b.differs.length || Math.abs(a.record.horizonSteps - steps) - Math.abs(b.record.horizonSteps - steps),
    );
  const [best] = candidates;
  if (best === undefined) return null;
  const { record, differs } = best;
  const runs = record.trials * record.seeds;
  const matches = differs.length === 0;
  const cost = `${searchSize(record.trials, record.seeds)} = ${runs} runs`;
  const label = optimizerOf(query.optimizer).label;
  return {
    preset: {
      id: 'tuned',
      label: matches ? `Tuned ${label}` : `Tuned ${label} (for other settings)`,
      source: `Best of a quasi-random search: ${cost}, by the median over seeds of the best validation value.`,
      hyper: record.hyper,
      warmup: record.warmup,
      labelSmoothing: record.labelSmoothing,
      dropout: record.dropout,
      auxDropout: record.auxDropout ?? 0,
      horizon: record.horizon,
    },
    trials: record.trials,
    runs,
    matches,
    why: matches ? `Tuned for these settings with ${cost}.` : `Tuned for other settings: ${differs.join('; ')}. It took ${cost}.`,
  };
}
