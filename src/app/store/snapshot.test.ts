import { expect, test } from 'vitest';
import type { BackendInfo } from '../../engine/result.ts';
import { defaultConfig } from './default-config.ts';
import { appendSamples, createSamples } from './samples.ts';
import { resultOfSamples, samplesOfResult } from './snapshot.ts';

const backend: BackendInfo = { id: 'wasm', adapter: 'test', isSoftware: true, reason: 'a test' };
const facts = { backend, version: '0', finishedAt: '2026-01-01T00:00:00.000Z', isLowerBetter: true };

function measured(count: number) {
  const samples = createSamples({
    config: defaultConfig,
    totalSteps: 6,
    evaluationPeriod: 2,
    fingerprints: [{ seed: 1, hash: '0123456789ab' }],
    target: { value: 0.3, source: 'a test' },
    runs: [
      { racerKey: 'a', seed: 1, horizonSteps: 6, columns: ['loss', 'd'], stateBytes: 8 },
      { racerKey: 'b', seed: 1, horizonSteps: 4, columns: ['loss'], stateBytes: 4 },
    ],
  });
  appendSamples(samples, {
    firstStep: 0,
    count,
    runs: [Float32Array.from({ length: count * 2 }, (_, i) => i), Float32Array.from({ length: count }, (_, i) => 100 + i)],
    seconds: Float32Array.from({ length: count }, (_, i) => i / 2),
  });
  samples.runs[0]?.evaluations.push({ step: 2, seconds: 0.5, metrics: [0.5] }, { step: 4, seconds: 1.5, metrics: [0.2] });
  return samples;
}

test('a race under way is a stopped result with what was measured', () => {
  const result = resultOfSamples(measured(5), facts);
  expect(result.state).toBe('stopped');
  expect([...(result.runs[0]?.series[1] ?? [])]).toEqual([1, 3, 5, 7, 9]);
  expect(result.seconds).toHaveLength(5);
  expect(result.runs[0]?.timeToTarget).toEqual({ steps: 4, seconds: 1.5 });
  expect(result.runs[1]?.timeToTarget).toBeNull();
});

test('a run ends at its own horizon or where it diverged', () => {
  const samples = measured(6);
  const first = samples.runs[0];
  if (first) first.divergence = { step: 1 };
  const result = resultOfSamples(samples, facts);
  expect(result.state).toBe('finished');
  expect(result.runs.map((run) => run.series[0]?.length)).toEqual([2, 4]);
});

test('a higher-is-better metric reaches its target from below', () => {
  const result = resultOfSamples(measured(5), { ...facts, isLowerBetter: false });
  expect(result.runs[0]?.timeToTarget).toEqual({ steps: 2, seconds: 0.5 });
});

test('samples made from a result give the same result again', () => {
  const result = resultOfSamples(measured(5), facts);
  const samples = samplesOfResult(result, 2);
  expect(samples).toMatchObject({ totalSteps: 6, count: 5, evaluationPeriod: 2 });
  expect(resultOfSamples(samples, facts)).toEqual(result);
});
