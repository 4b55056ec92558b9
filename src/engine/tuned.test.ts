import { describe, expect, it } from 'vitest';
import { chooseTuned, type TunedRecord } from './tuned.ts';

const record = (over: Partial<TunedRecord> = {}): TunedRecord => ({
  options: { width: 64, depth: 2 },
  optimizer: 'adamw',
  horizon: 0.5,
  horizonSteps: 300,
  batch: 64,
  trials: 64,
  seeds: 5,
  score: 0.03,
  hyper: { lr: 0.01, beta1: 0.9, beta2: 0.99, weightDecay: 0.1 },
  warmup: 0.05,
  labelSmoothing: 0.1,
  dropout: 0.1,
  ...over,
});

const query = { workload: 'digits', options: { width: 64, depth: 2 }, optimizer: 'adamw', horizon: 0.5, batch: 64 };

describe('tuned preset', () => {
  it('matches the race it was tuned for and says what that cost', () => {
    const tuned = chooseTuned([record(), record({ horizon: 1 / 3, horizonSteps: 200, warmup: 0.02 })], query);
    expect(tuned).toMatchObject({ matches: true, trials: 64, runs: 320, preset: { id: 'tuned', warmup: 0.05, horizon: 0.5 } });
    expect(tuned?.preset.hyper).toEqual(record().hyper);
    expect(tuned?.why).toContain('64 points x 5 seeds = 320 runs');
  });

  it('takes the nearest horizon and says that it differs', () => {
    const records = [record({ horizon: 1 / 3, horizonSteps: 200 }), record({ horizon: 0.75, horizonSteps: 450 })];
    const tuned = chooseTuned(records, { ...query, horizon: 0.9 });
    expect(tuned).toMatchObject({ matches: false, preset: { horizon: 0.75 } });
    expect(tuned?.why).toContain('450 steps');
    expect(tuned?.why).toContain('540');
  });

  it('takes the 33 and 66 % that people write for thirds', () => {
    for (const [written, horizon, horizonSteps] of [
      [0.33, 1 / 3, 200],
      [0.66, 2 / 3, 400],
    ] as const) {
      expect(chooseTuned([record({ horizon, horizonSteps })], { ...query, horizon: written })?.matches).toBe(true);
    }
    expect(chooseTuned([record()], { ...query, horizon: 0.52 })?.matches).toBe(false);
  });

  it('says when width or batch differ', () => {
    const tuned = chooseTuned([record()], { ...query, options: { width: 128, depth: 2 }, batch: 32 });
    expect(tuned?.matches).toBe(false);
    expect(tuned?.why).toMatch(/width 64, not 128/);
    expect(tuned?.why).toMatch(/batch size 64, not 32/);
  });

  it('has nothing for another optimizer or other data', () => {
    expect(chooseTuned([record()], { ...query, optimizer: 'prodigy' })).toBeNull();
    const glass = record({ options: { problem: 'glass' } });
    expect(chooseTuned([glass], { ...query, workload: 'logistic', options: { problem: 'wine' } })).toBeNull();
  });
});
