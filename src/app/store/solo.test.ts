import { expect, test } from 'vitest';
import { defaultRace } from '../../engine/default-config.ts';
import type { BackendInfo } from '../../engine/result.ts';
import { appendSamples, createSamples } from './samples.ts';
import { soloMeasurement } from './solo.ts';

const backend: BackendInfo = { id: 'wasm', adapter: 'test', isSoftware: true, reason: '' };

/** A race whose racer b had these losses with its first seed, and others with the second. */
function samplesWith(losses: readonly number[]) {
  const info = { racerKey: 'b', horizonSteps: 40, columns: ['loss'], stateBytes: 0 };
  const runs = [defaultRace.seed, defaultRace.seed + 1].map((seed) => ({ ...info, seed }));
  const samples = createSamples({ config: defaultRace, totalSteps: 40, evaluationPeriod: 5, fingerprints: [], target: null, runs });
  const blocks = [Float32Array.from(losses), new Float32Array(losses.length).fill(9)];
  appendSamples(samples, { firstStep: 0, count: losses.length, runs: blocks, seconds: new Float32Array(losses.length) });
  return samples;
}

const solo = (losses: readonly number[], over: Partial<BackendInfo> = {}) =>
  ({
    type: 'solo',
    generation: 1,
    racerKey: 'b',
    msPerStep: 0.5,
    losses: Float32Array.from(losses),
    backend: { ...backend, ...over },
  }) as const;

test('the same losses alone are the same bits', () => {
  expect(soloMeasurement(solo([2, 1.5, 1]), samplesWith([2, 1.5, 1, 0.5]), backend)).toEqual({ msPerStep: 0.5, hasSameBits: true });
  expect(soloMeasurement(solo([2, Number.NaN]), samplesWith([2, Number.NaN]), backend).hasSameBits).toBe(true);
});

test('one bit makes a difference', () => {
  expect(soloMeasurement(solo([2, 1.5 + 2 ** -23]), samplesWith([2, 1.5]), backend).hasSameBits).toBe(false);
});

test('another place, another racer or no race at all cannot be compared', () => {
  const samples = samplesWith([2, 1]);
  expect(soloMeasurement(solo([2, 1], { adapter: 'another' }), samples, backend).hasSameBits).toBeNull();
  expect(soloMeasurement(solo([2, 1]), samples, null).hasSameBits).toBeNull();
  expect(soloMeasurement(solo([2, 1]), null, backend).hasSameBits).toBeNull();
  expect(soloMeasurement({ ...solo([2, 1]), racerKey: 'c' }, samples, backend).hasSameBits).toBeNull();
  expect(soloMeasurement(solo([2, 1]), samplesWith([]), backend).hasSameBits).toBeNull();
});
