import type { ScheduleConfig } from '../../engine/config.ts';
import { SCHEDULE_LABELS, WSD_DECAY_FRACTION, warmupSteps } from '../../engine/schedules.ts';

/** What the text of a relative schedule depends on. */
export interface ScheduleText {
  readonly schedule: ScheduleConfig;
  readonly horizonSteps: number;
}

/** Names of the functions that differ between PyTorch, which calls with a number, and JAX, which traces. */
interface Dialect {
  readonly cos: string;
  readonly sqrt: string;
  readonly pi: string;
  readonly minimum: string;
}

const DIALECTS = {
  math: { cos: 'math.cos', sqrt: 'math.sqrt', pi: 'math.pi', minimum: 'min' },
  jnp: { cos: 'jnp.cos', sqrt: 'jnp.sqrt', pi: 'jnp.pi', minimum: 'jnp.minimum' },
} as const satisfies Record<string, Dialect>;

export type DialectName = keyof typeof DIALECTS;

/** Whether the multiplier is 1 in every step. */
export const isFlat = ({ schedule, horizonSteps }: ScheduleText): boolean =>
  schedule.kind === 'constant' && warmupSteps(schedule, horizonSteps) === 0;

/** The constants that `decayExpression` and the warmup use, one Python line each. */
export function scheduleConstants(text: ScheduleText): readonly string[] {
  const { schedule, horizonSteps } = text;
  const constants = [`STEPS = ${horizonSteps}`];
  if (isFlat(text)) return constants;
  constants.push(`WARMUP = ${warmupSteps(schedule, horizonSteps)}`);
  if (schedule.kind === 'wsd') constants.push(`DECAY = ${Math.max(Math.round(WSD_DECAY_FRACTION * horizonSteps), 1)}`);
  return constants;
}

/** The multiplier of step t after the warmup, as a Python expression of t, STEPS, WARMUP and DECAY; the formulas of the engine's schedules. */
export function decayExpression({ schedule }: ScheduleText, dialectName: DialectName): string {
  const { cos, sqrt, pi, minimum } = DIALECTS[dialectName];
  const progress = '(t - WARMUP) / max(STEPS - WARMUP, 1)';
  switch (schedule.kind) {
    case 'constant':
      return '1.0';
    case 'cosine':
      return `0.5 * (1 + ${cos}(${pi} * ${progress}))`;
    case 'linear':
      return `1 - ${progress}`;
    case 'wsd':
      return `${minimum}(1.0, (STEPS - t) / DECAY)`;
    case 'inverseSqrt':
      return `${sqrt}(max(WARMUP, 1) / (t + 1))`;
    default:
      return schedule.kind satisfies never;
  }
}

/** The schedule in words, for a comment. */
export function scheduleWords(text: ScheduleText): string {
  const warmup = warmupSteps(text.schedule, text.horizonSteps);
  return `${SCHEDULE_LABELS[text.schedule.kind]}, peak 1${warmup > 0 ? `, ${warmup} warmup steps` : ', no warmup'}`;
}
