import type { ScheduleConfig, ScheduleKind } from './config.ts';

/**
 * Relative learning-rate schedules with peak 1, in float64.
 *
 * T is the run's own horizon in steps, W = floor(warmup * T) its warmup steps, t = 0 .. T - 1 the step about to be made.
 * Warmup is linear; the decay then runs over S = max(T - W, 1) steps and would reach 0 at t = T, one step after the last one,
 * exactly as AlgoPerf's warmup-cosine does (mlcommons/algorithmic-efficiency).
 *
 * One deviation from AlgoPerf: its warmup is t / W and starts with a step of size 0, ours is (t + 1) / W and reaches the peak at t = W - 1.
 * A step with multiplier 0 moves no method, and learning-rate-free methods treat it specially (Prodigy returns early and does not even count it),
 * so in races of a few hundred steps it would only make the step counts of the methods differ.
 */

/** Warmup-stable-decay: linear decay to 0 over this last fraction of the horizon. */
export const WSD_DECAY_FRACTION = 0.2;

export const SCHEDULE_LABELS = {
  constant: 'constant',
  cosine: 'warmup + cosine to 0',
  linear: 'warmup + linear to 0',
  wsd: 'warmup, stable, decay over the last 20 %',
  inverseSqrt: 'inverse square root',
} as const satisfies Record<ScheduleKind, string>;

/** Number of warmup steps W of a run of `horizonSteps` steps. */
export function warmupSteps(schedule: ScheduleConfig, horizonSteps: number): number {
  return Math.floor(schedule.warmup * horizonSteps);
}

/** Multiplier of step `t` (0-based) of a run of `horizonSteps` steps; 0 for t >= horizonSteps, where no step is made. */
export function relativeMultiplier(schedule: ScheduleConfig, horizonSteps: number, t: number): number {
  if (t >= horizonSteps) return 0;
  const warmup = warmupSteps(schedule, horizonSteps);
  if (t < warmup) return (t + 1) / warmup;
  const progress = (t - warmup) / Math.max(horizonSteps - warmup, 1);
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'cosine':
      return 0.5 * (1 + Math.cos(Math.PI * progress));
    case 'linear':
      return 1 - progress;
    case 'wsd': {
      const decaySteps = Math.max(Math.round(WSD_DECAY_FRACTION * horizonSteps), 1);
      return Math.min(1, (horizonSteps - t) / decaySteps);
    }
    case 'inverseSqrt':
      return Math.sqrt(Math.max(warmup, 1) / (t + 1));
    default:
      return schedule.kind satisfies never;
  }
}

/** The whole table of a run: multipliers of race steps 0 .. totalSteps - 1, zero past the run's horizon. */
export function multiplierTable(schedule: ScheduleConfig, horizonSteps: number, totalSteps: number): Float64Array {
  return Float64Array.from({ length: totalSteps }, (_, t) => relativeMultiplier(schedule, horizonSteps, t));
}
