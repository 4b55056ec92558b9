import { describe, expect, test } from 'vitest';
import { horizonSteps } from '../../engine/runs.ts';
import type { TunedRecord } from '../../engine/tuned.ts';
import { defaultConfig } from './default-config.ts';
import { findOptimizer, findWorkload, optimizerDefinitions } from './definitions.ts';
import { applySetting } from './edit.ts';
import { findTuned, settingsOf } from './settings.ts';

const record: TunedRecord = {
  options: defaultConfig.workload.options,
  optimizer: 'adamw',
  horizon: defaultConfig.horizon,
  horizonSteps: horizonSteps(defaultConfig.horizon, findWorkload('digits')?.maxSteps(defaultConfig.workload.options) ?? 0),
  batch: defaultConfig.batch,
  trials: 64,
  seeds: 5,
  score: 0.1,
  hyper: { lr: 0.0123, beta1: 0.95, beta2: 0.98, weightDecay: 0.02 },
  warmup: 0.02,
  labelSmoothing: 0.1,
  dropout: 0.1,
};
const adamw = findOptimizer('adamw') ?? expect.fail('no adamw');
const racer = defaultConfig.racers.find(({ optimizer }) => optimizer === 'adamw') ?? expect.fail('no AdamW in the default race');

describe('settingsOf', () => {
  test.each(optimizerDefinitions.map((definition) => [definition.id, definition] as const))(
    '%s has complete settings with unique ids',
    (_id, definition) => {
      const settings = settingsOf(definition);
      expect(new Set(settings.map(({ id }) => id)).size).toBe(settings.length);
      for (const setting of settings) expect(Object.keys(setting.hyper).sort()).toEqual(Object.keys(definition.hyper).sort());
    },
  );
});

describe('the tuned setting', () => {
  test('matches the race it was tuned for and says what it cost', () => {
    expect(findTuned(adamw, defaultConfig, [record])).toMatchObject({
      id: 'tuned',
      suffix: 'tuned',
      matches: true,
      trials: 64,
      runs: 320,
      horizon: null,
    });
  });
  test('says so when width differs', () => {
    const wide = { ...defaultConfig, workload: { ...defaultConfig.workload, options: { ...defaultConfig.workload.options, width: 256 } } };
    expect(findTuned(adamw, wide, [record])).toMatchObject({ matches: false, why: expect.stringContaining('other settings') });
  });
  test('is missing where nothing was tuned', () => {
    expect(findTuned(findOptimizer('prodigy') ?? expect.fail('no prodigy'), defaultConfig, [record])).toBeNull();
    expect(findTuned(adamw, { ...defaultConfig, workload: { id: 'unheardOf', options: {} } }, [record])).toBeNull();
  });
  test('puts a racer at its values, with its own warmup and the defaults it does not name', () => {
    const tuned = findTuned(adamw, defaultConfig, [record]) ?? expect.fail('not found');
    const applied = applySetting(racer, tuned, defaultConfig);
    expect(applied.hyper).toEqual({ ...racer.hyper, ...record.hyper, eps: 1e-8 });
    expect(applied).toMatchObject({
      labelSmoothing: 0.1,
      dropout: 0.1,
      auxDropout: 0,
      schedule: { kind: 'cosine', warmup: 0.02 },
      horizon: null,
    });
  });
  test('leaves the schedule to the race where they agree, and regularization out where the model has none', () => {
    const tuned = findTuned(adamw, defaultConfig, [record]) ?? expect.fail('not found');
    const race = {
      ...defaultConfig,
      schedule: { kind: 'cosine', warmup: 0.02 },
      workload: { id: 'logistic', options: { problem: 'wine' } },
    } as const;
    expect(applySetting(racer, tuned, race)).toMatchObject({ schedule: null, dropout: 0, labelSmoothing: 0.1 });
  });
});
