import { describe, expect, it } from 'vitest';
import { Recorder } from './recorder.ts';
import type { RunInfo } from './result.ts';

const info = (racerKey: string, horizonSteps: number): RunInfo => ({
  racerKey,
  seed: 0,
  horizonSteps,
  columns: ['loss', 'd'],
  stateBytes: 0,
});

function recorded(): Recorder {
  const recorder = new Recorder([info('a', 4), info('b', 2), info('c', 4)], 4, { value: 0.5, direction: 'lower' });
  recorder.addEvaluation(['a', 'b', 'c'].map(() => ({ step: 0, seconds: 0, metrics: [0.9] })));
  const rows = (base: number, count: number): Float32Array => Float32Array.from({ length: 2 * count }, (_, index) => base + index);
  recorder.addSamples(0, 3, [rows(0, 3), rows(100, 3), rows(200, 3)], Float32Array.of(0.1, 0.2, 0.3));
  recorder.addDivergence(2, { step: 1, cause: 'state' });
  recorder.addEvaluation([{ step: 3, seconds: 0.3, metrics: [0.5] }, null, null]);
  recorder.addSamples(3, 1, [rows(50, 1), rows(150, 1), rows(250, 1)], Float32Array.of(0.4));
  return recorder;
}

describe('recorder', () => {
  it('keeps one array per column, shortened at the horizon and after the step that diverged', () => {
    const [a, b, c] = recorded().results();
    expect(a?.series.map((column) => Array.from(column))).toEqual([
      [0, 2, 4, 50],
      [1, 3, 5, 51],
    ]);
    expect(b?.series.map((column) => Array.from(column))).toEqual([
      [100, 102],
      [101, 103],
    ]);
    expect(c?.series.map((column) => Array.from(column))).toEqual([
      [200, 202],
      [201, 203],
    ]);
    expect(c?.divergence).toEqual({ step: 1, cause: 'state' });
  });

  it('finds the first evaluation at or past the target', () => {
    const [a, b] = recorded().results();
    expect(a?.timeToTarget).toEqual({ steps: 3, seconds: 0.3 });
    expect(b?.timeToTarget).toBeNull();
  });

  it('keeps the clock of every step', () => {
    expect(Array.from(recorded().seconds())).toEqual([0.1, 0.2, 0.3, 0.4].map(Math.fround));
  });
});
