import { describe, expect, it } from 'vitest';
import type { RaceConfig } from '../../engine/config.ts';
import { decodeHash, encodeHash } from '../../engine/url.ts';
import { defaultHyper } from '../../optimizers/definition.ts';
import { defaultConfig, defaultView } from './default-config.ts';
import { optimizerDefinitions } from './definitions.ts';
import { addRacer, applySetting } from './edit.ts';
import { nearestSetting } from './labels.ts';
import { settingsOf } from './settings.ts';

/** A race whose workload has label smoothing and dropout, and whose own schedule and horizon no preset shares. */
const race: RaceConfig = {
  ...defaultConfig,
  workload: { id: 'digits', options: { width: 64, depth: 2 } },
  schedule: { kind: 'linear', warmup: 0.123 },
  horizon: 0.345,
  racers: [],
};

const cases = optimizerDefinitions.flatMap((definition) =>
  definition.presets.map((preset) => ({ definition, preset, name: `${definition.id} ${preset.id}` })),
);

describe('every preset of every method', () => {
  it.each(cases)('$name can be chosen, with everything its source fixes and nothing else', ({ definition, preset }) => {
    const added = addRacer(race, definition.id);
    const setting = settingsOf(definition).find(({ id }) => id === preset.id);
    const fresh = added?.race.racers[0];
    if (!added || !fresh || !setting) throw new Error(`${definition.id} ${preset.id} is not offered.`);
    const racer = applySetting(fresh, setting, race);
    expect(racer.hyper).toEqual({ ...defaultHyper(definition), ...preset.hyper });
    expect(racer.labelSmoothing).toBe(preset.labelSmoothing ?? 0);
    expect(racer.dropout).toBe(preset.dropout ?? 0);
    expect(racer.schedule).toEqual(preset.warmup === undefined ? null : { kind: 'cosine', warmup: preset.warmup });
    expect(racer.horizon).toBe(preset.horizon ?? null);
    expect(setting.source.length).toBeGreaterThan(20);

    // The panel names it again, at the latest under a preset with the same values; a link gives it back.
    const nearest = nearestSetting(racer, race);
    expect(nearest?.changed).toEqual([]);
    expect(nearest?.setting.hyper).toEqual(racer.hyper);
    const whole = { ...race, racers: [racer] };
    expect(decodeHash(`#${encodeHash(whole, defaultView)}`).config.racers).toEqual([racer]);
  });
});

describe('every method', () => {
  it.each(optimizerDefinitions.map((definition) => [definition.id, definition] as const))(
    '%s offers its paper defaults first, complete and by that name',
    (_, definition) => {
      const [first] = definition.presets;
      expect(first?.id).toBe('paper');
      expect(first?.label).toMatch(/^Paper defaults/);
      expect(Object.keys(first?.hyper ?? {}).toSorted()).toEqual(Object.keys(definition.hyper).toSorted());
    },
  );
});
