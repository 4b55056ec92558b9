import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../store/default-config.ts';
import { createSamples } from '../store/samples.ts';
import { progressOf } from './progress.ts';

const samples = createSamples({ config: defaultConfig, totalSteps: 2000, evaluationPeriod: 10, fingerprints: [], target: null, runs: [] });
samples.count = 500;
samples.seconds[499] = 4.2;

const idle = { status: 'idle', loading: null, samples: null, source: null, stepsPerSecond: null, secondsLeft: null } as const;

describe('progressOf', () => {
  test('an empty page says what to do', () => expect(progressOf(idle)).toEqual({ fraction: null, text: 'Press Run to race.' }));

  test.each([
    [{ what: 'data', done: 34_000, total: 136_000, unit: 'bytes' }, 0.25, 'loading data: 34.0 kB of 136 kB'],
    [{ what: 'compile', done: 3, total: 12, unit: 'kernels' }, 0.25, 'compiling: kernel 3 of 12'],
    [{ what: 'backend', done: 0, total: 0, unit: 'steps' }, 0, 'starting the backend'],
    [null, 0, 'starting'],
  ] as const)('loading %j is said in numbers', (loading, fraction, text) => {
    expect(progressOf({ ...idle, status: 'loading', loading })).toEqual({ fraction, text });
  });

  test('a running race has steps, speed and time left', () => {
    const progress = progressOf({ ...idle, status: 'running', samples, source: 'live', stepsPerSecond: 212.4, secondsLeft: 7.06 });
    expect(progress).toEqual({ fraction: 0.25, text: 'step 500 / 2\u202f000 · 212 steps/s · 7.1 s left' });
  });
  test('before two samples there is no speed to tell', () => {
    expect(progressOf({ ...idle, status: 'running', samples, source: 'live' }).text).toBe('step 500 / 2\u202f000');
  });
  test('a paused race says how long it has trained', () => {
    expect(progressOf({ ...idle, status: 'paused', samples, source: 'live' }).text).toBe('step 500 / 2\u202f000 · 4.2 s of training');
  });
  test('recordings and races from the history say so', () => {
    expect(progressOf({ ...idle, samples, source: 'recording' }).text).toMatch(/recorded run/);
    expect(progressOf({ ...idle, samples, source: 'restored', status: 'finished' }).text).toMatch(/from the history/);
  });
});
