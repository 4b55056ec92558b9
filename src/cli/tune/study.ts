import { optimizerOf } from '../../engine/catalogue.ts';
import type { RunConfig } from '../../engine/config.ts';
import { horizonSteps } from '../../engine/runs.ts';
import { defaultHyper } from '../../optimizers/definition.ts';
import type { WorkloadDefinition, WorkloadOptions } from '../../workloads/definition.ts';
import { optionsKey } from '../../workloads/options.ts';
import type { TunedOptimizer, TuningPoint } from './search-space.ts';
import type { RunOutcome } from './train-batch.ts';

/** One search: one optimizer on one workload at one horizon. */
export interface Study {
  readonly workload: string;
  readonly options: WorkloadOptions;
  readonly optimizer: TunedOptimizer;
  /** Fraction of the workload's maximum steps. */
  readonly horizon: number;
  readonly horizonSteps: number;
  readonly batch: number;
  readonly trials: number;
  readonly seeds: readonly number[];
}

/** One trial with one seed: one run. */
export interface RunRecord extends RunOutcome {
  readonly trial: number;
  readonly seed: number;
}

/** Seeds of the search, of the target's reruns, of what checks it and of comparisons: none meets another nor the first seeds a visitor tries. */
export const FIRST_TUNING_SEED = 101;
export const FIRST_TARGET_SEED = 201;
export const FIRST_CHECK_SEED = 301;
export const FIRST_COMPARISON_SEED = 401;

export function seedsFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

/** Horizons are named by their percentage: 1/3 is 33. */
export function horizonPercent(horizon: number): number {
  return Math.floor(100 * horizon + 1e-9);
}

/** File name of a study without extension, e.g. `depth=2,width=64-adamw-50`. */
export function studyName({ options, optimizer, horizon }: Pick<Study, 'options' | 'optimizer' | 'horizon'>): string {
  return `${optionsKey(options)}-${optimizer}-${horizonPercent(horizon)}`;
}

export function createStudy(
  workload: WorkloadDefinition,
  parts: Pick<Study, 'options' | 'optimizer' | 'horizon' | 'trials' | 'seeds'> & { readonly batch: number | null },
): Study {
  return {
    ...parts,
    workload: workload.id,
    batch: parts.batch ?? workload.batch(parts.options).value,
    horizonSteps: horizonSteps(parts.horizon, workload.maxSteps(parts.options)),
  };
}

/** A trial of a study with its point. */
export interface NumberedPoint extends TuningPoint {
  readonly trial: number;
}

/** A run of a baseline at a point. */
export function runAt(
  { optimizer, horizonSteps }: Pick<Study, 'optimizer' | 'horizonSteps'>,
  { trial, warmup, labelSmoothing, dropout, auxDropout = 0, lr, beta1, beta2, weightDecay }: NumberedPoint,
  seed: number,
): RunConfig {
  return {
    racer: {
      key: String(trial),
      optimizer,
      hyper: { ...defaultHyper(optimizerOf(optimizer)), lr, beta1, beta2, weightDecay },
      labelSmoothing,
      dropout,
      auxDropout,
      schedule: null,
      horizon: null,
      hidden: false,
    },
    seed,
    horizonSteps,
    schedule: { kind: 'cosine', warmup },
  };
}
