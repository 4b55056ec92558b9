import { describe, expect, it } from 'vitest';
import type { RaceConfig, RacerConfig } from '../../engine/config.ts';
import { defaultRace } from '../../engine/default-config.ts';
import { describeRace } from './describe.ts';

const [first] = defaultRace.racers;
if (!first) throw new Error('the default race has no racer');
const racer = (change: Partial<RacerConfig>): RacerConfig => ({ ...first, schedule: null, horizon: null, ...change });
const race = (...racers: readonly RacerConfig[]): RaceConfig => ({
  ...defaultRace,
  schedule: { kind: 'cosine', warmup: 0.05 },
  horizon: 0.5,
  racers,
});
const adamw = racer({ key: 'a', optimizer: 'adamw' });
const prodigy = racer({ key: 'b', optimizer: 'prodigy' });

describe('a race in words', () => {
  it('states schedule and horizon plainly while every racer follows the race, also one that says the same', () => {
    expect(describeRace(race({ ...adamw, schedule: { kind: 'cosine', warmup: 0.05 }, horizon: 0.5 }, prodigy))).toContain(
      '; cosine schedule with 5 % warmup; horizon 50 %; ',
    );
  });

  it('names the racers that override them with what they say instead', () => {
    const words = describeRace(
      race({ ...adamw, schedule: { kind: 'cosine', warmup: 0.02 } }, { ...prodigy, schedule: { kind: 'constant', warmup: 0 }, horizon: 1 }),
    );
    expect(words).toContain(
      '; cosine schedule with 5 % warmup unless a racer says otherwise (AdamW 2 % warmup, Prodigy constant schedule); ' +
        'horizon 50 % unless a racer says otherwise (Prodigy 100 %); ',
    );
  });

  it('tells racers of the same optimizer apart', () => {
    const words = describeRace(race(prodigy, { ...prodigy, key: 'c', schedule: { kind: 'cosine', warmup: 0 } }));
    expect(words).toMatch(/unless a racer says otherwise \(Prodigy [^)]+: no warmup\)/);
  });

  it('names data always, sizes and held-out variants only where they are not the usual ones', () => {
    const words = (id: string, options: RaceConfig['workload']['options']) =>
      describeRace({ ...race(adamw), workload: { id, options } }).split(';')[0];
    expect(words('logistic', { problem: 'iris' })).toBe('Logistic regression, Iris');
    expect(words('molecules', { width: 32, depth: 3, variant: 'base' })).toBe('Molecules');
    expect(words('molecules', { width: 32, depth: 2, variant: 'silu' })).toBe('Molecules, rounds 2, variant SiLU');
  });
});
