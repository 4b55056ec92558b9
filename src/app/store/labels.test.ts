import { describe, expect, test } from 'vitest';
import type { RaceConfig } from '../../engine/config.ts';
import { defaultConfig } from './default-config.ts';
import { findOptimizer } from './definitions.ts';
import { addRacer, applySetting, updateRacer } from './edit.ts';
import { formatHyper, racerLabel, racerLabels } from './labels.ts';
import { settingsOf } from './settings.ts';

const empty: RaceConfig = { ...defaultConfig, racers: [] };

function raceOf(optimizer: string, change: Parameters<typeof addRacer>[2] = {}): RaceConfig {
  const added = addRacer(empty, optimizer, change);
  if (!added) throw new Error(`no optimizer ${optimizer}`);
  return added.race;
}
const labelOf = (race: RaceConfig) => racerLabels(race)[race.racers.at(-1)?.key ?? ''];

describe('racerLabels', () => {
  test('paper defaults need no more than the name', () => expect(labelOf(raceOf('prodigy'))).toBe('Prodigy'));
  test('names what differs from the nearest preset', () =>
    expect(labelOf(raceOf('prodigy', { hyper: { d0: 1e-5 } }))).toBe('Prodigy d0=1e-5'));
  test('a setting far from every preset is custom, with its learning rate', () => {
    const hyper = { d0: 1e-5, dCoef: 2, beta1: 0.95, sliceP: 11 };
    expect(labelOf(raceOf('prodigy', { hyper }))).toBe('Prodigy custom');
    expect(labelOf(raceOf('adamw', { hyper: { lr: 0.0123456, beta1: 0.4, beta2: 0.5, eps: 1e-4 } }))).toBe('AdamW custom lr=0.0123');
  });
  test('a point tuned for another horizon says which', () => {
    const [racer] = defaultConfig.racers;
    expect(racer && racerLabels({ ...defaultConfig, horizon: 0.1 })[racer.key]).toBe('AdamW tuned at 75 %');
  });
  test('a preset whose dropout the model does not have is still that preset', () => {
    const race: RaceConfig = { ...raceOf('nadamw'), workload: { id: 'logistic', options: { problem: 'wine' } } };
    const definition = findOptimizer('nadamw');
    const point = definition && settingsOf(definition).find(({ id }) => id === 'G3');
    const racer = race.racers[0];
    if (!point || !racer) throw new Error('nadamw has no published point G3');
    expect(labelOf(updateRacer(race, racer.key, applySetting(racer, point, race)))).toBe('NAdamW G3');
  });
  test('names a published point', () => {
    const race = raceOf('nadamw');
    const definition = findOptimizer('nadamw');
    const point = definition && settingsOf(definition).find(({ id }) => id === 'B1');
    const racer = race.racers[0];
    if (!point || !racer) throw new Error('nadamw has no published point B1');
    expect(labelOf(updateRacer(race, racer.key, applySetting(racer, point, race)))).toBe('NAdamW B1');
  });
  test('names an own schedule and horizon', () => {
    expect(labelOf(raceOf('prodigy', { schedule: { kind: 'linear', warmup: 0.05 }, horizon: 0.25 }))).toBe('Prodigy linear, horizon 25 %');
    expect(labelOf(raceOf('prodigy', { schedule: { kind: empty.schedule.kind, warmup: 0.2 } }))).toBe('Prodigy warmup 20 %');
  });
  test('names regularization', () => expect(labelOf(raceOf('prodigy', { labelSmoothing: 0.1 }))).toBe('Prodigy smoothing=0.1'));
  test('equal racers are told apart', () => {
    const twice = addRacer(raceOf('prodigy'), 'prodigy');
    if (!twice) throw new Error('no room');
    expect(Object.values(racerLabels(twice.race))).toEqual(['Prodigy', 'Prodigy #2']);
  });
  test('every label of the default race is unique', () => {
    const labels = Object.values(racerLabels(defaultConfig));
    expect(new Set(labels).size).toBe(defaultConfig.racers.length);
  });
  test('an unknown optimizer keeps its id', () => {
    const [racer] = raceOf('prodigy').racers;
    if (!racer) throw new Error('no racer');
    expect(racerLabel({ ...racer, optimizer: 'unheardOf' })).toBe('unheardOf');
  });
});

test.each([
  [3e-4, '3e-4'],
  [true, 'on'],
  [false, 'off'],
  ['word', 'word'],
  [[0.9, 0.99], '0.9, 0.99'],
] as const)('formatHyper(%s)', (value, text) => expect(formatHyper(value)).toBe(text));
