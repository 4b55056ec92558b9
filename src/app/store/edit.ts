import { MAX_RACERS, type RaceConfig, type RacerConfig } from '../../engine/config.ts';
import { defaultHyper } from '../../optimizers/definition.ts';
import type { WorkloadOptions } from '../../workloads/definition.ts';
import { RACER_KEYS } from '../theme/series.ts';
import { findOptimizer, findWorkload } from './definitions.ts';
import { nearestSetting } from './labels.ts';
import { findTuned, type Setting } from './settings.ts';

/** Pure edits of a race: each returns a new configuration and leaves the old one alone. */

const clamp = (value: number, min: number, max: number) => Math.min(max, Math.max(min, value));

/** The first key no racer uses, so that a removed racer's colour is free again; null when all eight are taken. */
export function freeKey(race: RaceConfig): string | null {
  if (race.racers.length >= MAX_RACERS) return null;
  return RACER_KEYS.find((key) => race.racers.every((racer) => racer.key !== key)) ?? null;
}

/** Puts a racer at a named setting. What the preset does not fix is left to the race. */
export function applySetting(racer: RacerConfig, setting: Setting, race: RaceConfig): RacerConfig {
  const kind = setting.schedule ?? race.schedule.kind;
  const warmup = setting.warmup ?? race.schedule.warmup;
  const isAsRace = kind === race.schedule.kind && warmup === race.schedule.warmup;
  const regularization = findWorkload(race.workload.id)?.regularization;
  return {
    ...racer,
    hyper: setting.hyper,
    labelSmoothing: regularization?.labelSmoothing === false ? 0 : setting.labelSmoothing,
    dropout: regularization?.dropout === false ? 0 : setting.dropout,
    auxDropout: regularization?.auxDropout === false ? 0 : setting.auxDropout,
    schedule: isAsRace ? null : { kind, warmup },
    horizon: setting.horizon === null || setting.horizon === race.horizon ? null : setting.horizon,
  };
}

/** Racers that stood exactly at their tuned setting before the edit move to the tuned setting of the new race; all others stay as they are. */
function followTuned(before: RaceConfig, after: RaceConfig): RaceConfig {
  const racers = after.racers.map((racer, index) => {
    const definition = findOptimizer(racer.optimizer);
    // As it was: a model without label smoothing has already taken it from the racer.
    const nearest = nearestSetting(before.racers[index] ?? racer, before);
    if (!definition || nearest?.setting.id !== 'tuned' || nearest.changed.length > 0) return racer;
    const tuned = findTuned(definition, after);
    return tuned ? applySetting(racer, tuned, after) : racer;
  });
  return { ...after, racers };
}

function withWorkload(race: RaceConfig, id: string, options: WorkloadOptions): RaceConfig {
  const workload = findWorkload(id);
  if (!workload) return race;
  const { regularization } = workload;
  const racers = race.racers.map((racer) => ({
    ...racer,
    labelSmoothing: regularization.labelSmoothing ? racer.labelSmoothing : 0,
    dropout: regularization.dropout ? racer.dropout : 0,
    auxDropout: regularization.auxDropout ? racer.auxDropout : 0,
  }));
  const limits = workload.batch(options);
  const isFollowing = id !== race.workload.id || workload.batch(race.workload.options).value === race.batch;
  const batch = isFollowing ? limits.value : clamp(race.batch, limits.min, limits.max);
  return followTuned(race, { ...race, workload: { id, options }, batch, racers });
}

/** Another workload at its default options and batch size. */
export function chooseWorkload(race: RaceConfig, id: string): RaceConfig {
  const workload = findWorkload(id);
  if (!workload) return race;
  return withWorkload(race, id, Object.fromEntries(Object.entries(workload.options).map(([name, spec]) => [name, spec.value])));
}

export function setOption(race: RaceConfig, name: string, value: number | string): RaceConfig {
  return withWorkload(race, race.workload.id, { ...race.workload.options, [name]: value });
}

export const setBatch = (race: RaceConfig, batch: number): RaceConfig => followTuned(race, { ...race, batch });
export const setHorizon = (race: RaceConfig, horizon: number): RaceConfig => followTuned(race, { ...race, horizon });

/** Null when the race is full or the optimizer is unknown. */
export function addRacer(
  race: RaceConfig,
  optimizer: string,
  change: Partial<Omit<RacerConfig, 'key' | 'optimizer'>> = {},
): { readonly race: RaceConfig; readonly key: string } | null {
  const definition = findOptimizer(optimizer);
  const key = freeKey(race);
  if (!definition || !key) return null;
  const racer: RacerConfig = {
    key,
    optimizer,
    labelSmoothing: 0,
    dropout: 0,
    auxDropout: 0,
    schedule: null,
    horizon: null,
    hidden: false,
    ...change,
    hyper: { ...defaultHyper(definition), ...change.hyper },
  };
  return { race: { ...race, racers: [...race.racers, racer] }, key };
}

export function duplicateRacer(race: RaceConfig, key: string): { readonly race: RaceConfig; readonly key: string } | null {
  const index = race.racers.findIndex((racer) => racer.key === key);
  const original = race.racers[index];
  const copyKey = freeKey(race);
  if (!original || !copyKey) return null;
  const copy = { ...original, key: copyKey, hidden: false };
  return { race: { ...race, racers: race.racers.toSpliced(index + 1, 0, copy) }, key: copyKey };
}

/** A race keeps at least one racer. */
export function removeRacer(race: RaceConfig, key: string): RaceConfig {
  return race.racers.length <= 1 ? race : { ...race, racers: race.racers.filter((racer) => racer.key !== key) };
}

export function updateRacer(race: RaceConfig, key: string, change: Partial<Omit<RacerConfig, 'key'>>): RaceConfig {
  return { ...race, racers: race.racers.map((racer) => (racer.key === key ? { ...racer, ...change } : racer)) };
}
