import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RaceResult } from './result.ts';
import { configFromJson, ResultFormatError, resultFromJson, resultToJson, shortestFloat32 } from './result-json.ts';

const result: RaceResult = {
  format: 1,
  config: {
    workload: { id: 'digits', options: { width: 8, depth: 1 } },
    batch: 32,
    seed: 3,
    seeds: 1,
    horizon: 0.5,
    schedule: { kind: 'cosine', warmup: 0.05 },
    racers: [
      {
        key: 'a',
        optimizer: 'mechanicSgd',
        hyper: { lr: 1e-3, betas: [0.9, 0.99], storeDelta: true },
        labelSmoothing: 0.1,
        dropout: 0,
        auxDropout: 0,
        schedule: null,
        horizon: null,
        hidden: false,
      },
    ],
  },
  backend: { id: 'wasm', adapter: 'WASM SIMD', isSoftware: true, reason: 'forced' },
  version: '0.1.0',
  finishedAt: '2026-01-02T03:04:05.678Z',
  state: 'finished',
  fingerprints: [{ seed: 3, hash: '0123456789ab' }],
  seconds: Float32Array.of(0.1, 0.2, 0.3),
  runs: [
    {
      racerKey: 'a',
      seed: 3,
      horizonSteps: 3,
      columns: ['loss', 'rmsStep'],
      stateBytes: 128,
      series: [Float32Array.of(2.3, 1.1, Number.NaN), Float32Array.of(1e-20, 3.4e38, Number.POSITIVE_INFINITY)],
      evaluations: [{ step: 0, seconds: 0, metrics: [0.9, Number.NaN], gradientPointMetrics: [Number.NaN, 0.8] }],
      divergence: { step: 2, cause: 'method' },
      timeToTarget: null,
    },
  ],
  target: { value: 0.05, source: 'rule' },
};

describe('race result as JSON', () => {
  it('survives the round trip through text, with NaN as null', () => {
    const text = JSON.stringify(resultToJson(result));
    expect(text).not.toContain('NaN');
    const back = resultFromJson(JSON.parse(text));
    const run = result.runs[0];
    if (run === undefined) throw new Error('fixture has one run');
    expect(back).toEqual({
      ...result,
      runs: [{ ...run, series: [run.series[0], Float32Array.of(1e-20, 3.4e38, Number.NaN)] }],
    });
  });

  it('reads what version 0.1.0 wrote: no cause of divergence, one point of evaluation', () => {
    const json = resultToJson(result);
    const [run] = json.runs;
    const old = { ...run, evaluations: [{ step: 0, seconds: 0, metrics: [0.9, null] }], divergence: { step: 2 } };
    expect(resultFromJson({ ...json, runs: [old] }).runs[0]).toMatchObject({
      evaluations: [{ step: 0, seconds: 0, metrics: [0.9, Number.NaN] }],
      divergence: { step: 2 },
    });
    expect(() => resultFromJson({ ...json, runs: [{ ...old, divergence: { step: 2, cause: 'bad luck' } }] })).toThrow(/cause/);
  });

  it('writes every float32 so that it reads back exactly', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const short = shortestFloat32(value);
        expect(Math.fround(short as number)).toBe(value === 0 ? short : value);
      }),
    );
    expect(shortestFloat32(Math.fround(0.1))).toBe(0.1);
  });

  it('names the entry that does not fit', () => {
    const broken = { ...resultToJson(result), state: 'paused' };
    expect(() => resultFromJson(broken)).toThrow(ResultFormatError);
    expect(() => resultFromJson(broken)).toThrow(/state/);
    expect(() => configFromJson({ ...result.config, batch: 'many' })).toThrow(/batch/);
  });
});
