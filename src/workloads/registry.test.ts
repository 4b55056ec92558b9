import { describe, expect, test, vi } from 'vitest';
import { defaultOptions, optionsKey } from './options.ts';
import { findWorkload, workloads } from './registry.ts';
import { findTarget } from './targets.ts';

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
    for (const { path, sha256 } of workload.files(options)) expect(sha256, path).toMatch(/^[0-9a-f]{64}$/);
    const target = workload.target(options, value);
    if (target) expect(target.source.length).toBeGreaterThan(20);
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
