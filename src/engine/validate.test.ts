import { describe, expect, it } from 'vitest';
import type { RaceConfig } from './config.ts';
import { defaultRace } from './default-config.ts';
import { RaceError } from './failure.ts';
import { assertValid, validateRace } from './validate.ts';

const controls = (config: RaceConfig): readonly string[] => validateRace(config).map(({ control }) => control);
const [first, second] = defaultRace.racers;
if (first === undefined || second === undefined) throw new Error('the default race has two racers');

describe('validation of a race', () => {
  it('finds nothing wrong with the default race', () => {
    expect(validateRace(defaultRace)).toEqual([]);
  });

  it('names the control of every bad value', () => {
    expect(controls({ ...defaultRace, batch: 0, seeds: 9, horizon: 0 })).toEqual(['batch', 'seeds', 'horizon']);
    expect(controls({ ...defaultRace, seed: -1 })).toEqual(['seed']);
    expect(controls({ ...defaultRace, schedule: { kind: 'cosine', warmup: 0.6 } })).toEqual(['schedule']);
    expect(controls({ ...defaultRace, racers: [] })).toEqual(['optimizers']);
    expect(controls({ ...defaultRace, racers: [first, first] })).toEqual(['optimizers']);
    expect(controls({ ...defaultRace, workload: { id: 'nothing', options: {} } })).toEqual(['workload']);
    expect(controls({ ...defaultRace, workload: { id: 'digits', options: { width: 1e6, depth: 2 } } })).toEqual(['width']);
    expect(controls({ ...defaultRace, workload: { id: 'logistic', options: { problem: 'none' } } })).toEqual(['problem']);
  });

  it('checks every hyperparameter against its definition', () => {
    const broken = { ...first, hyper: { ...first.hyper, lr: Number.NaN, unknown: 1 } };
    const problems = validateRace({ ...defaultRace, racers: [broken] });
    expect(problems.map(({ message }) => message).join(' ')).toMatch(/Learning rate is .*unknown/s);
  });

  it('rejects dropout where the model has none', () => {
    const config: RaceConfig = {
      ...defaultRace,
      workload: { id: 'logistic', options: { problem: 'wine' } },
      batch: 64,
      racers: [{ ...first, dropout: 0.1 }],
    };
    expect(controls(config)).toEqual([`optimizer ${first.key}: dropout`]);
  });

  it('fails with words that name everything and the first control', () => {
    const attempt = (): void => assertValid({ ...defaultRace, batch: 0, seeds: 0 });
    expect(attempt).toThrow(RaceError);
    expect(attempt).toThrow(/batch size is 0.*number of seeds is 0.*Change batch/s);
  });
});
