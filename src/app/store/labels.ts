import type { RaceConfig, RacerConfig, ScheduleConfig } from '../../engine/config.ts';
import type { HyperValue } from '../../kernels/step-program.ts';
import type { OptimizerDefinition } from '../../optimizers/definition.ts';
import { formatExact, formatPercent } from '../ui/format.ts';
import { findOptimizer } from './definitions.ts';
import { type Setting, settingsOf } from './settings.ts';

/** More differences than this are counted instead of listed. */
const LISTED = 2;

/** One word per schedule, short enough for a racer's label. */
const SCHEDULE_WORDS: Readonly<Record<ScheduleConfig['kind'], string>> = {
  constant: 'constant',
  cosine: 'cosine',
  linear: 'linear',
  wsd: 'wsd',
  inverseSqrt: 'inverse-sqrt',
};

export function isSameValue(a: HyperValue | undefined, b: HyperValue | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
  return Object.is(a, b);
}

/** A hyperparameter's value as text: `3e-4`, `on`, `0.9, 0.99`. */
export function formatHyper(value: HyperValue): string {
  if (typeof value === 'number') return formatExact(value);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'string') return value;
  return value.map(formatExact).join(', ');
}

function differences(racer: RacerConfig, setting: Setting, definition: OptimizerDefinition): string[] {
  const changed = Object.keys(definition.hyper).flatMap((name) => {
    const value = racer.hyper[name];
    return value === undefined || isSameValue(value, setting.hyper[name]) ? [] : [`${name}=${formatHyper(value)}`];
  });
  if (racer.labelSmoothing !== setting.labelSmoothing) changed.push(`smoothing=${formatExact(racer.labelSmoothing)}`);
  if (racer.dropout !== setting.dropout) changed.push(`dropout=${formatExact(racer.dropout)}`);
  return changed;
}

/** What the racer sets for itself where others follow the race, unless its preset says so already. */
function overrides(racer: RacerConfig, setting: Setting, race: RaceConfig | undefined): string[] {
  const parts: string[] = [];
  if (racer.schedule && racer.schedule.kind !== (setting.schedule ?? race?.schedule.kind)) parts.push(SCHEDULE_WORDS[racer.schedule.kind]);
  else if (racer.schedule && racer.schedule.warmup !== (setting.warmup ?? race?.schedule.warmup)) {
    parts.push(`warmup ${formatPercent(racer.schedule.warmup)}`);
  }
  if (racer.horizon !== null && racer.horizon !== setting.horizon) parts.push(`horizon ${formatPercent(racer.horizon)}`);
  return parts;
}

/** The preset this racer is closest to, and how it differs from it. The definition's defaults come first on a tie. */
export function nearestSetting(
  racer: RacerConfig,
  race?: RaceConfig,
): { readonly setting: Setting; readonly changed: readonly string[] } | null {
  const definition = findOptimizer(racer.optimizer);
  if (!definition) return null;
  let best: { setting: Setting; changed: string[] } | null = null;
  for (const setting of settingsOf(definition, race)) {
    const changed = differences(racer, setting, definition);
    if (!best || changed.length < best.changed.length) best = { setting, changed };
  }
  return best;
}

function label(racer: RacerConfig, race: RaceConfig | undefined): string {
  const definition = findOptimizer(racer.optimizer);
  const nearest = nearestSetting(racer, race);
  if (!definition || !nearest) return racer.optimizer;
  const parts = [...nearest.changed, ...overrides(racer, nearest.setting, race)];
  const listed = parts.length > LISTED ? [...parts.slice(0, LISTED), `+${parts.length - LISTED} more`] : parts;
  return [definition.label, nearest.setting.suffix, listed.join(', ')].filter((part) => part !== '').join(' ');
}

const labelsOfRace = new WeakMap<RaceConfig, Readonly<Record<string, string>>>();

/** Labels of all racers by key, unique within the race: a label that two racers share gets a number. */
export function racerLabels(race: RaceConfig): Readonly<Record<string, string>> {
  const known = labelsOfRace.get(race);
  if (known) return known;
  const seen = new Map<string, number>();
  const labels: Record<string, string> = {};
  for (const racer of race.racers) {
    const text = label(racer, race);
    const count = (seen.get(text) ?? 0) + 1;
    seen.set(text, count);
    labels[racer.key] = count === 1 ? text : `${text} #${count}`;
  }
  labelsOfRace.set(race, labels);
  return labels;
}

/** How a racer is called: its optimizer, its preset and what differs from it, e.g. `Prodigy d0=1e-5`, `AdamW tuned`. */
export function racerLabel(racer: RacerConfig, race?: RaceConfig): string {
  return (race && racerLabels(race)[racer.key]) ?? label(racer, race);
}
