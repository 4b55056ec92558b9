import type { RacerConfig } from '../../engine/config.ts';
import { multiplierTable } from '../../engine/schedules.ts';
import type { OptimizerDefinition } from '../../optimizers/definition.ts';
import type { RaceSamples, RunSamples } from '../store/samples.ts';
import { createSeedSummary, extendSeedSummary, type SeedSummary } from './bands.ts';
import { createSmoothing, extendSmoothing, type Smoothing } from './smoothing.ts';

/** One column of a racer over its seeds, one value per step. With one seed there is no range, and `median` is the run's own column. */
export interface RacerColumn {
  readonly median: Float32Array;
  readonly low: Float32Array | null;
  readonly high: Float32Array | null;
}

interface NominalColumn {
  readonly values: Float32Array;
  filled: number;
}

/**
 * What charts derive from the samples of one race, kept and continued while the race grows, so that a frame costs only what is new.
 */
export class RaceSeries {
  readonly #samples: RaceSamples;
  readonly #runs = new Map<string, readonly RunSamples[]>();
  readonly #summaries = new Map<string, SeedSummary>();
  readonly #smoothed = new Map<string, Smoothing>();
  readonly #nominal = new Map<string, NominalColumn>();
  readonly #schedules = new Map<string, Float64Array>();

  constructor(samples: RaceSamples) {
    this.#samples = samples;
    for (const { key } of samples.config.racers) {
      this.#runs.set(
        key,
        samples.runs.filter((run) => run.racerKey === key),
      );
    }
  }

  /** The racer's runs, one per seed. */
  runs(racerKey: string): readonly RunSamples[] {
    return this.#runs.get(racerKey) ?? [];
  }

  /** Null when no run of the racer has this column. */
  column(racerKey: string, name: string): RacerColumn | null {
    const columns = this.runs(racerKey).flatMap((run) => run.series[run.columns.indexOf(name)] ?? []);
    return this.#summarize(`${racerKey}:${name}`, columns);
  }

  /** The nominal multiplier of the racer's update, computed from its recorded scalars. */
  nominal(racer: RacerConfig, definition: OptimizerDefinition): RacerColumn | null {
    const columns = this.runs(racer.key).map((run) => this.#nominalOfRun(racer, definition, run));
    return this.#summarize(`${racer.key}:(nominal)`, columns);
  }

  /** A debiased exponential average of a column's median, for an axis of the given scale. */
  smoothed(racerKey: string, name: string, raw: Float32Array, factor: number, scale: Smoothing['scale']): Float32Array {
    const id = `${racerKey}:${name}:${scale}`;
    let state = this.#smoothed.get(id);
    if (state?.factor !== factor) {
      state = createSmoothing(raw.length, factor, scale);
      this.#smoothed.set(id, state);
    }
    extendSmoothing(state, raw, this.#samples.count);
    return state.values;
  }

  /** Relative multipliers of a racer's steps, up to its own horizon. */
  schedule(racer: RacerConfig): Float64Array {
    const schedule = racer.schedule ?? this.#samples.config.schedule;
    const horizonSteps = this.runs(racer.key)[0]?.horizonSteps ?? this.#samples.totalSteps;
    const id = `${schedule.kind}:${schedule.warmup}:${horizonSteps}`;
    let table = this.#schedules.get(id);
    if (!table) {
      table = multiplierTable(schedule, horizonSteps, horizonSteps);
      this.#schedules.set(id, table);
    }
    return table;
  }

  #summarize(id: string, columns: readonly Float32Array[]): RacerColumn | null {
    const [only] = columns;
    if (!only) return null;
    if (columns.length === 1) return { median: only, low: null, high: null };
    let summary = this.#summaries.get(id);
    if (!summary) {
      summary = createSeedSummary(this.#samples.totalSteps);
      this.#summaries.set(id, summary);
    }
    extendSeedSummary(summary, columns, this.#samples.count);
    return summary;
  }

  #nominalOfRun(racer: RacerConfig, definition: OptimizerDefinition, run: RunSamples): Float32Array {
    const id = `${racer.key}:${run.seed}`;
    let state = this.#nominal.get(id);
    if (!state) {
      state = { values: new Float32Array(this.#samples.totalSteps).fill(Number.NaN), filled: 0 };
      this.#nominal.set(id, state);
    }
    const mult = this.schedule(racer);
    const lr = typeof racer.hyper.lr === 'number' ? racer.hyper.lr : 1;
    const traces = definition.traces.map(({ id: name }) => ({ name, values: run.series[run.columns.indexOf(name)] }));
    const loss = run.series[run.columns.indexOf('loss')];
    const scalars: Record<string, number> = {};
    const end = Math.min(this.#samples.count, run.horizonSteps);
    for (let step = state.filled; step < end; step++) {
      // A step without a finite loss was not made by this run.
      if (!Number.isFinite(loss?.[step])) continue;
      for (const { name, values } of traces) scalars[name] = values?.[step] ?? Number.NaN;
      state.values[step] = definition.nominal.of(scalars, lr * (mult[step] ?? 0));
    }
    state.filled = Math.max(state.filled, end);
    return state.values;
  }
}

const seriesOfSamples = new WeakMap<RaceSamples, RaceSeries>();

/** The one derived series of these samples; forgotten with them. */
export function raceSeries(samples: RaceSamples): RaceSeries {
  let series = seriesOfSamples.get(samples);
  if (!series) {
    series = new RaceSeries(samples);
    seriesOfSamples.set(samples, series);
  }
  return series;
}
