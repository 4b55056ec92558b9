import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCHEDULE_KINDS, type ScheduleConfig } from './config.ts';
import { multiplierTable, relativeMultiplier, WSD_DECAY_FRACTION, warmupSteps } from './schedules.ts';

const anySchedule: fc.Arbitrary<ScheduleConfig> = fc.record({
  kind: fc.constantFrom(...SCHEDULE_KINDS),
  warmup: fc.double({ min: 0, max: 0.5, noNaN: true }),
});

describe('relative schedules', () => {
  it('stay in (0, 1] up to the horizon, peak at exactly 1 and are 0 past it', () => {
    fc.assert(
      fc.property(anySchedule, fc.integer({ min: 1, max: 500 }), (schedule, horizon) => {
        const table = multiplierTable(schedule, horizon, horizon + 3);
        const steps = table.subarray(0, horizon);
        expect(Math.max(...steps)).toBe(1);
        expect(Math.min(...steps)).toBeGreaterThan(0);
        expect(Array.from(table.subarray(horizon))).toEqual([0, 0, 0]);
      }),
    );
  });

  it('warm up linearly over floor(warmup * T) steps without a zero step, then never rise', () => {
    fc.assert(
      fc.property(anySchedule, fc.integer({ min: 1, max: 500 }), (schedule, horizon) => {
        const table = multiplierTable(schedule, horizon, horizon);
        const warmup = warmupSteps(schedule, horizon);
        expect(warmup).toBe(Math.floor(schedule.warmup * horizon));
        for (let t = 0; t < warmup; t++) expect(table[t]).toBe((t + 1) / warmup);
        for (let t = warmup + 1; t < horizon; t++) expect(table[t]).toBeLessThanOrEqual(table[t - 1] as number);
      }),
    );
  });

  it('cosine and linear follow the AlgoPerf formula after warmup', () => {
    // T = 100, W = 20, S = 80: hand-computed points of 0.5 (1 + cos(pi s / S)) and 1 - s / S; 1e-15 is float64 rounding of one cosine.
    const cosine = { kind: 'cosine', warmup: 0.2 } as const;
    expect(relativeMultiplier(cosine, 100, 20)).toBe(1);
    expect(relativeMultiplier(cosine, 100, 60)).toBeCloseTo(0.5, 15);
    expect(relativeMultiplier(cosine, 100, 99)).toBeCloseTo(0.5 * (1 + Math.cos((Math.PI * 79) / 80)), 15);
    const linear = { kind: 'linear', warmup: 0.2 } as const;
    expect(relativeMultiplier(linear, 100, 40)).toBe(0.75);
    expect(relativeMultiplier(linear, 100, 99)).toBeCloseTo(1 / 80, 15);
  });

  it('warmup-stable-decay holds 1 until its last fifth and then falls linearly', () => {
    const wsd = { kind: 'wsd', warmup: 0.1 } as const;
    const decayStart = 100 - WSD_DECAY_FRACTION * 100;
    expect(relativeMultiplier(wsd, 100, decayStart - 1)).toBe(1);
    expect(relativeMultiplier(wsd, 100, decayStart)).toBe(1);
    expect(relativeMultiplier(wsd, 100, decayStart + 10)).toBe(0.5);
    expect(relativeMultiplier(wsd, 100, 99)).toBe(1 / 20);
  });

  it('inverse square root continues the warmup without a jump', () => {
    const schedule = { kind: 'inverseSqrt', warmup: 0.1 } as const;
    expect(relativeMultiplier(schedule, 100, 9)).toBe(1);
    expect(relativeMultiplier(schedule, 100, 39)).toBe(0.5);
  });
});
