import { describe, expect, it } from 'vitest';
import { defaultRace, defaultView } from '../../engine/default-config.ts';
import type { RaceResult, RunResult } from '../../engine/result.ts';
import { decodeHash, encodeHash } from '../../engine/url.ts';
import { AGREEMENT, compareWithShared } from './compare.ts';
import { sharedOf } from './shared-race.ts';

const STEPS = 80;

function resultOf(loss: (step: number, racer: number) => number, change: Partial<RaceResult> = {}): RaceResult {
  return {
    format: 1,
    config: defaultRace,
    backend: { id: 'webgpu', adapter: 'google swiftshader', isSoftware: true, reason: 'forced' },
    version: '0.1.0',
    finishedAt: '2026-11-22T12:00:00.000Z',
    state: 'finished',
    fingerprints: [{ seed: 1, hash: '0123456789ab' }],
    seconds: new Float32Array(STEPS),
    runs: defaultRace.racers.map(
      ({ key }, racer): RunResult => ({
        racerKey: key,
        seed: 1,
        horizonSteps: STEPS,
        columns: ['loss'],
        stateBytes: 0,
        series: [Float32Array.from({ length: STEPS }, (_, step) => loss(step, racer))],
        evaluations: [],
        divergence: null,
        timeToTarget: null,
      }),
    ),
    target: null,
    ...change,
  };
}

const falling = (step: number) => 2.3 / (1 + step / 7);
const shared = sharedOf(resultOf(falling));

describe('a re-run of a shared race', () => {
  it('is identical when every sample has the same bits, also after the trip through a link', () => {
    const travelled = decodeHash(encodeHash(defaultRace, defaultView, shared)).shared;
    expect(travelled && compareWithShared(travelled, resultOf(falling))).toEqual({
      kind: 'identical',
      samples: 8 * defaultRace.racers.length,
    });
  });

  it('is not identical when one sample of one run differs in its last bit', () => {
    const almost = resultOf((step, racer) => (racer === 2 && step === 39 ? Math.fround(falling(step)) * (1 + 2 ** -23) : falling(step)));
    const comparison = compareWithShared(shared, almost);
    expect(comparison).toMatchObject({ kind: 'agrees', isThroughout: true, untilStep: STEPS });
    // One unit in the last place of a float32 is between 2^-24 and 2^-23 of its value.
    expect(comparison.kind === 'agrees' && comparison.deviation).toBeLessThanOrEqual(2 ** -23);
    expect(comparison.kind === 'agrees' && comparison.deviation).toBeGreaterThanOrEqual(2 ** -24);
  });

  it('agrees until the step before the one at which some run leaves the tolerance', () => {
    const drifting = resultOf((step, racer) => falling(step) * (racer === 1 && step > 55 ? 1.2 : 1.01), {
      backend: { id: 'wasm', adapter: 'WASM SIMD, 1 thread', isSoftware: true, reason: 'no WebGPU' },
    });
    const comparison = compareWithShared(shared, drifting);
    expect(comparison).toMatchObject({ kind: 'agrees', untilStep: 50, isThroughout: false });
    // 1.01 apart: 1 % of the larger one, to float32's rounding.
    expect(comparison.kind === 'agrees' && comparison.deviation).toBeCloseTo(0.01 / 1.01, 5);
    expect(comparison.kind === 'agrees' && comparison.reasons).toEqual([
      'It was made on WebGPU (google swiftshader), this one on WASM (WASM SIMD, 1 thread): another adapter adds in another order and rounds differently.',
    ]);
  });

  it('differs when the first sample is too far off, and the fingerprint says why', () => {
    const other = resultOf((step) => falling(step) * (1 + 3 * AGREEMENT), {
      fingerprints: [{ seed: 1, hash: 'ffffffffffff' }],
      version: '0.2.0',
    });
    const comparison = compareWithShared(shared, other);
    expect(comparison).toMatchObject({ kind: 'differs', atStep: 10 });
    expect(comparison.kind === 'differs' && comparison.reasons[0]).toContain('fingerprint of seed 1');
    expect(comparison.kind === 'differs' && comparison.reasons[1]).toContain('Freestep 0.1.0; this is 0.2.0');
  });

  it('does not blame the number of threads, which changes no bit', () => {
    const onThreads = (threads: string) => ({
      backend: { id: 'wasm', adapter: `Freestep WASM SIMD, ${threads}`, isSoftware: true, reason: 'forced' } as const,
    });
    const before = sharedOf(resultOf(falling, onThreads('1 thread')));
    const comparison = compareWithShared(
      before,
      resultOf((step) => falling(step) * 1.001, onThreads('up to 8 threads')),
    );
    expect('reasons' in comparison && comparison.reasons[0]).toMatch(/^Fingerprints, adapter and version are the same/);
  });

  it('may be of a link that was edited by hand when all that could explain a difference is the same', () => {
    const reasonsFor = (factor: number) => {
      const comparison = compareWithShared(
        shared,
        resultOf((step) => falling(step) * factor),
      );
      return 'reasons' in comparison ? comparison.reasons : [];
    };
    expect(reasonsFor(1.001)).toEqual([
      'Fingerprints, adapter and version are the same: the settings in the link may have been changed after its losses were recorded, or a driver or browser update computes differently.',
    ]);
    // 2 % apart at the first sample is too much for rounding, whether or not the runs still agree.
    for (const factor of [1.02, 1.5]) {
      expect(reasonsFor(factor)).toEqual([
        'Fingerprints, adapter and version are the same: the settings in the link may have been changed after its losses were recorded.',
      ]);
    }
  });

  it('differs when only one of them diverged, and is identical when both did at the same sample', () => {
    const diverging = resultOf(falling);
    const runs = diverging.runs.map((run, i) =>
      i === 0 ? { ...run, series: run.series.map((column) => column.slice(0, 6)), divergence: { step: 5 } } : run,
    );
    const diverged: RaceResult = { ...diverging, runs };
    expect(compareWithShared(shared, diverged)).toMatchObject({ kind: 'differs', atStep: 10, deviation: 1 });
    expect(compareWithShared(sharedOf(diverged), diverged).kind).toBe('identical');
  });

  it('is compared as far as it got', () => {
    const stopped = resultOf(falling);
    const cut: RaceResult = { ...stopped, state: 'stopped', runs: stopped.runs.map((run) => ({ ...run, series: [falling20()] })) };
    expect(compareWithShared(shared, cut)).toEqual({ kind: 'identical', samples: 2 * defaultRace.racers.length });
    expect(compareWithShared(shared, { ...cut, runs: [] })).toEqual({ kind: 'incomplete' });
  });
});

function falling20(): Float32Array {
  return Float32Array.from({ length: 20 }, (_, step) => falling(step));
}
