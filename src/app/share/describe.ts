import type { RaceConfig, RacerConfig, ScheduleConfig } from '../../engine/config.ts';
import { inSentence } from '../../workloads/words.ts';
import { findOptimizer, findWorkload } from '../store/definitions.ts';
import { racerLabel } from '../store/labels.ts';
import { formatPercent } from '../ui/format.ts';

const SCHEDULES: Readonly<Record<ScheduleConfig['kind'], string>> = {
  constant: 'constant schedule',
  cosine: 'cosine schedule',
  linear: 'linear decay',
  wsd: 'warmup-stable-decay',
  inverseSqrt: 'inverse square root schedule',
};

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

function workloadWords({ workload: { id, options } }: RaceConfig): string {
  const definition = findWorkload(id);
  if (!definition) return id;
  const settings = Object.entries(definition.options).flatMap(([name, spec]) => {
    const value = options[name];
    // Which data are used is always said, a variant or a size only where it is not the usual one.
    if (value === spec.value && (spec.kind === 'integer' || spec.isVariant)) return [];
    if (spec.kind === 'integer') return [`${inSentence(spec.label)} ${value}`];
    const label = spec.choices.find((choice) => choice.id === value)?.label ?? String(value);
    return [spec.isVariant ? `variant ${label}` : label];
  });
  return [definition.label, ...settings].join(', ');
}

const warmupWords = (warmup: number) => (warmup > 0 ? `${formatPercent(warmup)} warmup` : 'no warmup');

function scheduleWords({ kind, warmup }: ScheduleConfig): string {
  return warmup > 0 ? `${SCHEDULES[kind]} with ${warmupWords(warmup)}` : SCHEDULES[kind];
}

/** A racer where only its own settings are named: its optimizer as long as no other racer has the same one. */
function shortName(racer: RacerConfig, config: RaceConfig): string {
  const isOnly = config.racers.filter(({ optimizer }) => optimizer === racer.optimizer).length === 1;
  return isOnly ? (findOptimizer(racer.optimizer)?.label ?? racer.optimizer) : `${racerLabel(racer, config)}:`;
}

/**
 * A setting of the race that racers may override, e.g. "cosine schedule with 5 % warmup unless a racer says otherwise (AdamW 2 % warmup)".
 * `own` is what a racer says instead, null where it follows the race.
 */
function withOverrides(ofRace: string, config: RaceConfig, own: (racer: RacerConfig) => string | null): string {
  const exceptions = config.racers.flatMap((racer) => {
    const words = own(racer);
    return words === null ? [] : [`${shortName(racer, config)} ${words}`];
  });
  return exceptions.length === 0 ? ofRace : `${ofRace} unless a racer says otherwise (${exceptions.join(', ')})`;
}

function ownSchedule({ schedule }: RacerConfig, { schedule: race }: RaceConfig): string | null {
  if (!schedule) return null;
  if (schedule.kind !== race.kind) return scheduleWords(schedule);
  return schedule.warmup === race.warmup ? null : warmupWords(schedule.warmup);
}

/**
 * A race in words, e.g. "Digits; 3 racers: AdamW, Prodigy, NAdamW; cosine schedule; horizon 50 %; 3 seeds; batch 64".
 * Racers that override schedule or horizon are named with what they say instead.
 */
export function describeRace(config: RaceConfig): string {
  const names = config.racers.map((racer) => racerLabel(racer, config)).join(', ');
  return [
    workloadWords(config),
    `${counted(config.racers.length, 'racer')}: ${names}`,
    withOverrides(scheduleWords(config.schedule), config, (racer) => ownSchedule(racer, config)),
    withOverrides(`horizon ${formatPercent(config.horizon)}`, config, ({ horizon }) =>
      horizon === null || horizon === config.horizon ? null : formatPercent(horizon),
    ),
    `${counted(config.seeds, 'seed')} from ${config.seed}`,
    `batch ${config.batch}`,
  ].join('; ');
}
