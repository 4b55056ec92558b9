import { describe, expect, test, vi } from 'vitest';
import { planLayout } from '../kernels/layout.ts';
import { defaultOptions, optionsKey } from './options.ts';
import { findWorkload, workloads } from './registry.ts';
import { findTarget } from './targets.ts';
import { fetchPublic } from './testing/public-data.ts';

// The page imports the registry; TensorFlow.js must stay in the worker.
vi.mock('../kernels/tf.ts', () => {
  throw new Error('a workload definition loaded TensorFlow.js');
});

test('ids are unique and found', () => {
  expect(new Set(workloads.map(({ id }) => id)).size).toBe(workloads.length);
  for (const workload of workloads) expect(findWorkload(workload.id)).toBe(workload);
  expect(findWorkload('imagenet')).toBeUndefined();
});

describe.each(workloads)('$id', (workload) => {
  const options = defaultOptions(workload);

  test('says what it is, its metrics and its limits', () => {
    expect(workload.reduces.length).toBeGreaterThan(50);
    expect(workload.metrics.length).toBeGreaterThan(0);
    expect(workload.maxSteps(options)).toBeGreaterThan(0);
    const { value, min, max } = workload.batch(options);
    expect(min).toBeLessThanOrEqual(value);
    expect(value).toBeLessThanOrEqual(max);
    expect(workload.files(options).length).toBeGreaterThan(0);
    const target = workload.target(options, value);
    if (target) expect(target.source.length).toBeGreaterThan(20);
  });

  test('creates a model whose initial parameters fit its shapes and repeat', async () => {
    const data = await workload.load(options, fetchPublic);
    const model = workload.create(options, data);
    const { size } = planLayout(model.parameters, 1);
    const init = (seed: number) => model.parameters.flatMap((spec, i) => [...spec.init(seed, i)]);
    expect(init(1).length).toBe(size);
    expect(init(1).every((value) => Math.fround(value) === value)).toBe(true);
    expect(init(1)).toEqual(init(1));
    expect(model.parameters.every(({ shape }) => shape.length <= 3)).toBe(true);
    expect(workload.batch(options).max).toBeLessThanOrEqual(data.trainRows);
  });
});

describe('targets', () => {
  const records = { 'depth=2,width=64': { value: 0.04, source: 'Rule.', values: [0.04], batch: 64 } };

  test('are found by their options in any order of keys', () => {
    expect(optionsKey({ width: 64, depth: 2 })).toBe('depth=2,width=64');
    expect(findTarget(records, { width: 64, depth: 2 }, 64)).toEqual({ value: 0.04, source: 'Rule.' });
    expect(findTarget(records, { width: 65, depth: 2 }, 64)).toBeNull();
  });

  test('say so when they were found with another batch size', () => {
    expect(findTarget(records, { width: 64, depth: 2 }, 32)).toEqual({ value: 0.04, source: 'Rule. Found with batch size 64.' });
  });
});
