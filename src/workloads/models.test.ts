import { describe, expect, test } from 'vitest';
import { planLayout } from '../kernels/layout.ts';
import { defaultOptions } from './options.ts';
import { workloads } from './registry.ts';
import { casesOf } from './testing/cases.ts';
import { fetchPublic } from './testing/public-data.ts';

describe.each(workloads)('the model of $id', (workload) => {
  const options = defaultOptions(workload);

  test('has initial parameters that fit its shapes and repeat', async () => {
    const data = await workload.load(options, fetchPublic);
    const model = await workload.create(options, data);
    const { size } = planLayout(model.parameters, 1);
    const init = () => model.parameters.map((spec, i) => spec.init(1, i));
    const initial = init();
    expect(initial.reduce((sum, { length }) => sum + length, 0)).toBe(size);
    expect(initial.every((values) => values instanceof Float32Array)).toBe(true);
    const again = init();
    expect(initial.every((values, i) => values.every((value, j) => value === again[i]?.[j]))).toBe(true);
    expect(new Set(model.parameters.map(({ name }) => name)).size).toBe(model.parameters.length);
    expect(model.parameters.every(({ shape }) => shape.length <= 3)).toBe(true);
    expect(workload.batch(options).max).toBeLessThanOrEqual(data.trainRows);
    expect(casesOf(workload).initialLoss.why.length).toBeGreaterThan(10);
  });
});
