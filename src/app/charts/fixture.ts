import type { RaceConfig, RacerConfig, ScheduleConfig, ViewConfig } from '../../engine/config.ts';
import { defaultView } from '../../engine/default-config.ts';
import { COMMON_COLUMNS } from '../../engine/result.ts';
import { relativeMultiplier } from '../../engine/schedules.ts';
import type { DivergenceCause } from '../../kernels/optimizer-runner.ts';
import { defaultHyper, type OptimizerDefinition } from '../../optimizers/definition.ts';
import { optimizers } from '../../optimizers/registry.ts';
import { workloads } from '../../workloads/registry.ts';
import type { RaceState } from '../store/race-store.ts';
import { createSamples, type RaceSamples } from '../store/samples.ts';
import { initialState } from '../store/store.ts';
import { RACER_KEYS } from '../theme/series.ts';

/** For tests only: races whose numbers are made up but look like the real ones. */

const SCHEDULE: ScheduleConfig = { kind: 'cosine', warmup: 0.05 };

export function fixtureConfig(change: Partial<RaceConfig> & { readonly optimizers?: readonly string[] } = {}): RaceConfig {
  const { optimizers: ids = ['adamw', 'prodigy', 'mechanicAdamw', 'nadamw'], ...rest } = change;
  return {
    workload: { id: 'digits', options: { width: 64, depth: 2 } },
    batch: 64,
    seed: 1,
    seeds: 1,
    horizon: 0.5,
    schedule: SCHEDULE,
    racers: ids.map((optimizer, index) => fixtureRacer(RACER_KEYS[index % RACER_KEYS.length] as string, optimizer)),
    ...rest,
  };
}

export function fixtureRacer(key: string, optimizer: string, change: Partial<RacerConfig> = {}): RacerConfig {
  const definition = optimizers.find(({ id }) => id === optimizer) as OptimizerDefinition;
  return {
    key,
    optimizer,
    hyper: defaultHyper(definition),
    labelSmoothing: 0,
    dropout: 0,
    auxDropout: 0,
    schedule: null,
    horizon: null,
    hidden: false,
    ...change,
  };
}

/** Uniform in [0, 1), a pure function of its arguments. */
function noise(...parts: readonly number[]): number {
  let hash = 2166136261;
  for (const part of parts) {
    hash = Math.imul(hash ^ (part + 1), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return (hash >>> 0) / 2 ** 32;
}

/** Values of one recorded step. */
function fixtureStep(index: number, seed: number, step: number, horizonSteps: number): Record<string, number> {
  const progress = step / horizonSteps;
  const speed = 9 - index;
  const wobble = 1 + 0.3 * (noise(index, seed, step) - 0.5) + 0.1 * (noise(index, seed) - 0.5);
  const d = Math.min(1e-6 * 1.6 ** (step / 2), 0.006 * (1 + index / 4)) * (1 + 0.1 * noise(index, seed));
  return {
    loss: 2.3 * Math.exp((-speed * progress) / (1 + 2 * progress)) * wobble + 0.01,
    rmsStep: 0.001 * relativeMultiplier(SCHEDULE, horizonSteps, step) * (1 + index / 3) * wobble,
    movedMax: 0.3 * Math.sqrt(progress) * (1 + index / 5) + 1e-5,
    moved2: 6 * Math.sqrt(progress) * (1 + index / 5) + 1e-4,
    d,
    dHat: d * wobble,
    s: d,
  };
}

/**
 * @param count steps measured so far; the whole horizon by default.
 * @param divergedAt race step at which a racer's runs stop being finite, by racer key.
 */
export function fixtureSamples(
  config: RaceConfig,
  options: {
    readonly totalSteps?: number;
    readonly count?: number;
    readonly divergedAt?: Readonly<Record<string, number>>;
    /** Why they stop, 'loss' unless given. */
    readonly cause?: DivergenceCause;
    readonly target?: number | null;
  } = {},
): RaceSamples {
  const totalSteps = options.totalSteps ?? 500;
  const count = options.count ?? totalSteps;
  const target = options.target === undefined ? 0.03 : options.target;
  const evaluationPeriod = Math.ceil(totalSteps / 20);
  const runs = config.racers.flatMap((racer) => {
    const traces = optimizers.find(({ id }) => id === racer.optimizer)?.traces ?? [];
    return Array.from({ length: config.seeds }, (_, index) => ({
      racerKey: racer.key,
      seed: config.seed + index,
      horizonSteps: Math.round(totalSteps * (racer.horizon === null ? 1 : racer.horizon / config.horizon)),
      columns: [...COMMON_COLUMNS, ...traces.map(({ id }) => id)],
      stateBytes: 34_000 * (1 + traces.length),
    }));
  });
  const samples = createSamples({
    config,
    totalSteps,
    evaluationPeriod,
    fingerprints: Array.from({ length: config.seeds }, (_, i) => ({ seed: config.seed + i, hash: 'a41f03c29d7e' })),
    target: target === null ? null : { value: target, source: 'Made up for this test.' },
    runs,
  });
  for (let step = 0; step < count; step++) samples.seconds[step] = (step + 1) * 0.004;
  samples.count = count;
  for (const run of samples.runs) {
    const racerIndex = config.racers.findIndex(({ key }) => key === run.racerKey);
    const divergedAt = options.divergedAt?.[run.racerKey] ?? Number.POSITIVE_INFINITY;
    const end = Math.min(count, run.horizonSteps, divergedAt);
    for (let step = 0; step < end; step++) {
      const values = fixtureStep(racerIndex, run.seed, step, run.horizonSteps);
      // Shortly before it diverges, a loss explodes.
      const toEnd = divergedAt - step;
      if (toEnd <= 20) values.loss = (values.loss ?? 0) * 10 ** (20 - toEnd);
      run.columns.forEach((name, column) => {
        (run.series[column] as Float32Array)[step] = values[name] ?? values.d ?? Number.NaN;
      });
    }
    for (let step = 0; step <= end; step += evaluationPeriod) {
      const progress = step / run.horizonSteps;
      const error = 0.9 * Math.exp(-(7 - racerIndex / 2) * progress) + 0.018 + 0.004 * noise(racerIndex, run.seed, step);
      run.evaluations.push({ step, seconds: step * 0.004, metrics: [error, error * 3] });
    }
    if (divergedAt < count) run.divergence = { step: divergedAt, cause: options.cause ?? 'loss' };
  }
  return samples;
}

export function fixtureState(samples: RaceSamples | null, change: Partial<RaceState> = {}, view: Partial<ViewConfig> = {}): RaceState {
  return {
    ...initialState,
    config: samples?.config ?? fixtureConfig(),
    view: { ...defaultView, ...view },
    samples,
    status: 'finished',
    source: 'live',
    version: 1,
    ...change,
  };
}

export const fixtureWorkload = (id: string) => workloads.find((workload) => workload.id === id);
