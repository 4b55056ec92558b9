import type { RaceConfig, ScheduleConfig } from '../../engine/config.ts';
import { findWorkload } from '../store/definitions.ts';
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
    if (spec.kind === 'choice') return [spec.choices.find((choice) => choice.id === value)?.label ?? String(value)];
    return value === spec.value ? [] : [`${spec.label.toLowerCase()} ${value}`];
  });
  return [definition.label, ...settings].join(', ');
}

/** A race in words, e.g. "Digits; 3 racers: AdamW, Prodigy, NAdamW; cosine schedule; horizon 50 %; 3 seeds; batch 64". */
export function describeRace(config: RaceConfig): string {
  const warmup = config.schedule.warmup > 0 ? ` with ${formatPercent(config.schedule.warmup)} warmup` : '';
  const names = config.racers.map((racer) => racerLabel(racer, config)).join(', ');
  return [
    workloadWords(config),
    `${counted(config.racers.length, 'racer')}: ${names}`,
    `${SCHEDULES[config.schedule.kind]}${warmup}`,
    `horizon ${formatPercent(config.horizon)}`,
    `${counted(config.seeds, 'seed')} from ${config.seed}`,
    `batch ${config.batch}`,
  ].join('; ');
}
