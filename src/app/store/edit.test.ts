import { describe, expect, test } from 'vitest';
import { MAX_RACERS, type RaceConfig } from '../../engine/config.ts';
import type { OptimizerDefinition } from '../../optimizers/definition.ts';
import { workloads } from '../../workloads/registry.ts';
import { defaultConfig } from './default-config.ts';
import { findOptimizer, findWorkload } from './definitions.ts';
import { addRacer, chooseWorkload, duplicateRacer, freeKey, removeRacer, setOption, updateRacer } from './edit.ts';
import { racerLabels } from './labels.ts';
import { findTuned } from './settings.ts';

const race = defaultConfig;

function full(): RaceConfig {
  let filled = race;
  for (let added = addRacer(filled, 'sgd'); added; added = addRacer(filled, 'sgd')) filled = added.race;
  return filled;
}

describe('racers', () => {
  test('a race fills up to its limit with distinct keys, then refuses', () => {
    const { racers } = full();
    expect(racers).toHaveLength(MAX_RACERS);
    expect(new Set(racers.map(({ key }) => key)).size).toBe(MAX_RACERS);
    expect(addRacer(full(), 'sgd')).toBeNull();
    expect(duplicateRacer(full(), 'a')).toBeNull();
  });
  test('a removed racer frees its key and changes no other', () => {
    const removed = removeRacer(full(), 'c');
    expect(removed.racers.map(({ key }) => key)).not.toContain('c');
    expect(freeKey(removed)).toBe('c');
  });
  test('the last racer stays', () => {
    const one = { ...race, racers: race.racers.slice(0, 1) };
    expect(removeRacer(one, one.racers[0]?.key ?? '')).toBe(one);
  });
  test('a duplicate stands beside its original, with the same settings and another key', () => {
    const original = race.racers[0];
    const copied = duplicateRacer(race, original?.key ?? '');
    const copy = copied?.race.racers[1];
    expect(copy).toEqual({ ...original, key: copied?.key });
    expect(copy?.key).not.toBe(original?.key);
  });
  test('an added racer has every hyperparameter, changed where asked', () => {
    const added = addRacer(race, 'adamw', { hyper: { lr: 0.5 } });
    const racer = added?.race.racers.at(-1);
    expect(racer?.hyper.lr).toBe(0.5);
    expect(racer?.hyper.beta2).toBe(0.999);
  });
  test('an unknown optimizer is refused', () => expect(addRacer(race, 'unheardOf')).toBeNull());
});

describe('workload', () => {
  test('another workload comes with its default options and batch size', () => {
    const changed = chooseWorkload(race, 'logistic');
    const workload = findWorkload('logistic');
    expect(changed.workload.options).toEqual({ problem: workload?.options.problem?.value });
    expect(changed.batch).toBe(workload?.batch(changed.workload.options).value);
  });
  test('a batch size that was set for one workload is not taken to another', () => {
    const there = chooseWorkload({ ...race, batch: 512 }, 'mri');
    expect(there.batch).toBe(findWorkload('mri')?.batch(there.workload.options).value);
  });
  test('a chosen batch size is kept within the new limits', () => {
    const small = setOption({ ...chooseWorkload(race, 'logistic'), batch: 500 }, 'problem', 'iris');
    const limits = findWorkload('logistic')?.batch({ problem: 'iris' });
    expect(small.batch).toBe(limits?.max);
  });
  test('regularization that the new model does not have is switched off', () => {
    const key = race.racers[0]?.key ?? '';
    const changed = chooseWorkload(updateRacer(race, key, { dropout: 0.3, labelSmoothing: 0.2 }), 'logistic');
    const racer = changed.racers.find((candidate) => candidate.key === key);
    expect(racer?.dropout).toBe(0);
    expect(racer?.labelSmoothing).toBe(0.2);
  });
  const there = (id: string) => chooseWorkload(race, id);
  const isTuned = ({ id }: { readonly id: string }) => findTuned(findOptimizer('adamw') as OptimizerDefinition, there(id)) !== null;
  test.each(workloads.filter(isTuned).map(({ id }) => id))('the tuned baselines become those of %s, and come back', (id) => {
    expect(Object.values(racerLabels(there(id))).filter((label) => label.endsWith('tuned'))).toEqual(['AdamW tuned', 'NAdamW tuned']);
    expect(chooseWorkload(there(id), race.workload.id)).toEqual(race);
  });
  test('an unknown workload changes nothing', () => expect(chooseWorkload(race, 'unheardOf')).toBe(race));
});
