import { describe, expect, test } from 'vitest';
import type { RaceConfig } from '../../engine/config.ts';
import { countChanges } from './changes.ts';
import { defaultConfig } from './default-config.ts';
import { addRacer, chooseWorkload, duplicateRacer, removeRacer, setHorizon, updateRacer } from './edit.ts';

const race = defaultConfig;
const firstKey = race.racers[0]?.key ?? '';
const logistic = chooseWorkload(race, 'logistic');
const lr = { ...race.racers[0]?.hyper, lr: 0.123 };

describe('countChanges', () => {
  test('an equal copy has no changes', () => expect(countChanges(structuredClone(race), race)).toBe(0));

  test.each<[string, RaceConfig, number]>([
    ['batch', { ...race, batch: race.batch + 1 }, 1],
    ['seed and seeds', { ...race, seed: race.seed + 1, seeds: 3 }, 2],
    ['horizon', { ...race, horizon: 0.25 }, 1],
    ['schedule kind and warmup', { ...race, schedule: { kind: 'wsd', warmup: 0.11 } }, 2],
    ['another workload', { ...race, workload: { id: 'other', options: {} } }, 1],
    ['one option', { ...race, workload: { ...race.workload, options: { ...race.workload.options, width: 99 } } }, 1],
    ['one hyperparameter', updateRacer(race, firstKey, { hyper: lr }), 1],
    ['own schedule and horizon', updateRacer(race, firstKey, { schedule: { kind: 'linear', warmup: 0 }, horizon: 0.3 }), 2],
    ['label smoothing and dropout', updateRacer(race, firstKey, { labelSmoothing: 0.15, dropout: 0.15 }), 2],
    ['another optimizer under the same key', updateRacer(race, firstKey, { optimizer: 'sgd' }), 1],
    ['a racer removed', removeRacer(race, firstKey), 1],
    ['a racer added', addRacer(race, 'sgd')?.race ?? race, 1],
    ['a racer duplicated', duplicateRacer(race, firstKey)?.race ?? race, 1],
    ['another workload whose batch size and tuned settings followed', logistic, 1],
    [
      'another workload and, later, one hyperparameter',
      updateRacer(logistic, firstKey, { hyper: { ...logistic.racers[0]?.hyper, lr: 0.123 } }),
      2,
    ],
    ['another workload, more seeds and a horizon', setHorizon({ ...logistic, seeds: 5 }, 0.25), 3],
    ['a racer hidden', updateRacer(race, firstKey, { hidden: true }), 0],
    ['racers in another order', { ...race, racers: race.racers.toReversed() }, 0],
  ])('%s', (_what, edited, count) => expect(countChanges(edited, race)).toBe(count));

  test('what follows a workload would be several changes if it were counted', () => {
    expect([logistic.batch, logistic.racers]).not.toEqual([race.batch, race.racers]);
  });

  test('a list with one other number is a change', () => {
    const mechanic = addRacer(race, 'mechanicAdamw');
    const racer = mechanic?.race.racers.find(({ key }) => key === mechanic.key);
    if (!mechanic || !racer) throw new Error('the default race has no room for a racer');
    const same = updateRacer(mechanic.race, mechanic.key, { hyper: structuredClone(racer.hyper) });
    const other = updateRacer(mechanic.race, mechanic.key, { hyper: { ...racer.hyper, betas: [0.5] } });
    expect(countChanges(same, mechanic.race)).toBe(0);
    expect(countChanges(other, mechanic.race)).toBe(1);
  });
});
