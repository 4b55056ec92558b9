import type { HyperValue } from '../kernels/step-program.ts';
import type { WorkloadOptions } from '../workloads/definition.ts';

export const SCHEDULE_KINDS = ['constant', 'cosine', 'linear', 'wsd', 'inverseSqrt'] as const;
export type ScheduleKind = (typeof SCHEDULE_KINDS)[number];

/** A relative schedule with peak 1. Fractions are of the run's own horizon. */
export interface ScheduleConfig {
  readonly kind: ScheduleKind;
  /** Fraction of the horizon spent in linear warmup, 0..0.5. */
  readonly warmup: number;
}

/** One competitor: expands to one run per seed. */
export interface RacerConfig {
  /** Stable for the life of the racer: colour, dash and end-of-line label belong to it. 'a'..'h'. */
  readonly key: string;
  /** Optimizer id of the registry. */
  readonly optimizer: string;
  /** Complete values of the definition's hyper table. */
  readonly hyper: Readonly<Record<string, HyperValue>>;
  readonly labelSmoothing: number;
  readonly dropout: number;
  /** Drop probability of attention weights and the like, where the workload has it. */
  readonly auxDropout: number;
  /** Null: the race's. */
  readonly schedule: ScheduleConfig | null;
  readonly horizon: number | null;
  /** Hidden in charts only; it still runs. */
  readonly hidden: boolean;
}

export const MAX_RACERS = 8;
export const MAX_SEEDS = 8;

/** Everything the numbers of a race depend on. The same config on one machine gives the same bits. */
export interface RaceConfig {
  readonly workload: { readonly id: string; readonly options: WorkloadOptions };
  readonly batch: number;
  /** First seed; seeds are seed, seed + 1, ... */
  readonly seed: number;
  readonly seeds: number;
  /** Fraction of the workload's maximum steps, 0 < horizon <= 1; racers may override it. */
  readonly horizon: number;
  readonly schedule: ScheduleConfig;
  readonly racers: readonly RacerConfig[];
}

export type BackendId = 'webgpu' | 'wasm';

/** What the page adds: how a race is looked at. Never changes a number. */
export interface ViewConfig {
  /** Forced backend; null picks hardware WebGPU, else WASM. */
  readonly backend: BackendId | null;
  readonly embed: boolean;
  /** Parts left out of an embed. */
  readonly hide: readonly string[];
  /** Parts that an embed has only when asked to. */
  readonly show: readonly string[];
  /** Controls shown but not changeable in an embed. */
  readonly lock: readonly string[];
  /** URL of a recording to replay until Run is pressed. */
  readonly recording: string | null;
  readonly xAxis: 'steps' | 'seconds';
  /** Charts ids whose x / y axis is flipped from its default scale. */
  readonly xLog: readonly string[];
  readonly yFlipped: readonly string[];
  /** Exponential smoothing factor of loss lines, 0 (off) to 0.99. */
  readonly smoothing: number;
  readonly stepView: 'measured' | 'nominal';
  readonly theme: 'auto' | 'light' | 'dark';
}

/** One row of the batched computation. */
export interface RunConfig {
  readonly racer: RacerConfig;
  readonly seed: number;
  /** Steps this run makes before it is frozen. */
  readonly horizonSteps: number;
  readonly schedule: ScheduleConfig;
}
