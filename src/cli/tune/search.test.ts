import { describe, expect, it } from 'vitest';
import { workloadOf } from '../../engine/catalogue.ts';
import { studyResult, tunedRecord } from './results.ts';
import { planBatches } from './search.ts';
import { searchPoints } from './search-space.ts';
import { createStudy, type NumberedPoint, type RunRecord } from './study.ts';

const workload = workloadOf('digits');
const study = createStudy(workload, {
  options: { width: 64, depth: 2 },
  optimizer: 'adamw',
  horizon: 1 / 3,
  trials: 20,
  seeds: [101, 102],
  batch: null,
});
const points: readonly NumberedPoint[] = searchPoints(20, workload).map((point, trial) => ({ ...point, trial }));

describe('batches of a search', () => {
  it('hold every missing run once, at most so many rows, one seed each, dropout apart', () => {
    const batches = planBatches(study, points, (trial, seed) => trial === 3 && seed === 101, 6);
    const runs = batches.flatMap(({ rows }) => rows.map(({ point, seed }) => `${point.trial} ${seed}`));
    expect(new Set(runs).size).toBe(runs.length);
    expect(runs.length).toBe(39);
    expect(runs).not.toContain('3 101');
    for (const { rows } of batches) {
      expect(rows.length).toBeLessThanOrEqual(6);
      expect(new Set(rows.map(({ seed }) => seed)).size).toBe(1);
      expect(new Set(rows.map(({ point }) => point.dropout > 0)).size).toBe(1);
    }
  });
});

describe('result of a search', () => {
  const records: readonly RunRecord[] = points.flatMap(({ trial }) =>
    study.seeds.map((seed) => ({
      trial,
      seed,
      best: trial === 0 ? null : 0.1 + Math.abs(trial - 7) / 100,
      last: trial === 0 ? null : 0.3,
      divergedAt: trial === 0 ? 12 : null,
      backend: 'Freestep WASM SIMD, 1 thread',
      seconds: 0.5,
    })),
  );

  it('keeps every trial with all values and names the best', () => {
    const result = studyResult(study, workload, points, records);
    expect(result.best).toEqual({ trial: 7, score: 0.1 });
    expect(result.trials.length).toBe(20);
    expect(result.trials[0]).toMatchObject({ best: [null, null], divergedAt: [12, 12], backend: [0, 0] });
    expect(result.backends).toEqual(['Freestep WASM SIMD, 1 thread']);
    expect(result.seconds).toBe(20);
  });

  it('gives the page its best point', () => {
    const { lr, beta1, beta2, weightDecay, warmup } = points[7] as NumberedPoint;
    expect(tunedRecord(studyResult(study, workload, points, records))).toMatchObject({
      optimizer: 'adamw',
      horizonSteps: 200,
      batch: 64,
      trials: 20,
      seeds: 2,
      hyper: { lr, beta1, beta2, weightDecay },
      warmup,
    });
  });

  it('fails when nothing survived', () => {
    const dead = records.map((record) => ({ ...record, best: null }));
    expect(() => studyResult(study, workload, points, dead)).toThrow(/every trial .* diverged/);
  });
});
