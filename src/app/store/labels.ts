import type { RaceConfig, RacerConfig, ScheduleConfig } from '../../engine/config.ts';
import type { HyperValue } from '../../kernels/step-program.ts';
import type { OptimizerDefinition } from '../../optimizers/definition.ts';
import { formatExact, formatNumber, formatPercent } from '../ui/format.ts';
import { findOptimizer, findWorkload } from './definitions.ts';
import { type Setting, settingsOf, tunedElsewhere } from './settings.ts';

/** More differences than this make a setting of its own, which no preset lends its name to. */
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

function differences(racer: RacerConfig, setting: Setting, definition: OptimizerDefinition, race: RaceConfig | undefined): string[] {
  const changed = Object.keys(definition.hyper).flatMap((name) => {
    const value = racer.hyper[name];
    return value === undefined || isSameValue(value, setting.hyper[name]) ? [] : [`${name}=${formatHyper(value)}`];
  });
  // What the workload's model does not have cannot differ.
  const has = race && findWorkload(race.workload.id)?.regularization;
  if (has?.labelSmoothing !== false && racer.labelSmoothing !== setting.labelSmoothing) {
    changed.push(`smoothing=${formatExact(racer.labelSmoothing)}`);
  }
  if (has?.dropout !== false && racer.dropout !== setting.dropout) changed.push(`dropout=${formatExact(racer.dropout)}`);
  if (has?.auxDropout !== false && racer.auxDropout !== setting.auxDropout) changed.push(`auxDropout=${formatExact(racer.auxDropout)}`);
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

/**
 * The preset this racer is closest to, and how it differs from it. The definition's defaults come first on a tie, and stand for all settings
 * that differ from every preset in more than a few values.
 */
export function nearestSetting(
  racer: RacerConfig,
  race?: RaceConfig,
): { readonly setting: Setting; readonly changed: readonly string[] } | null {
  const definition = findOptimizer(racer.optimizer);
  if (!definition) return null;
  const candidates = settingsOf(definition, race).map((setting) => ({ setting, changed: differences(racer, setting, definition, race) }));
  const nearest = candidates.toSorted((a, b) => a.changed.length - b.changed.length)[0];
  return (nearest && nearest.changed.length <= LISTED ? nearest : candidates[0]) ?? null;
}

/** What a racer far from every preset of this race is called: where its point was tuned, or its learning rate, which people ask for first. */
function customName(racer: RacerConfig, definition: OptimizerDefinition): string {
  const { lr } = racer.hyper;
  return typeof lr === 'number' && lr !== definition.hyper.lr?.value ? `custom lr=${formatNumber(lr)}` : 'custom';
}

function label(racer: RacerConfig, race: RaceConfig | undefined): string {
  const definition = findOptimizer(racer.optimizer);
  const nearest = nearestSetting(racer, race);
  if (!definition || !nearest) return racer.optimizer;
  const named = (name: string, setting: Setting, changed: readonly string[]): string => {
    const parts = [...changed, ...overrides(racer, setting, race)];
    return [definition.label, name, parts.join(', ')].filter((part) => part !== '').join(' ');
  };
  if (nearest.changed.length <= LISTED) return named(nearest.setting.suffix, nearest.setting, nearest.changed);
  const elsewhere =
    race && tunedElsewhere(definition, race).find(({ setting }) => differences(racer, setting, definition, race).length === 0);
  if (elsewhere) return named(`tuned at ${formatPercent(elsewhere.horizon)}`, elsewhere.setting, []);
  return named(customName(racer, definition), nearest.setting, []);
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
