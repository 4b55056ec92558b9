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
    const init = (seed: number) => model.parameters.flatMap((spec, i) => [...spec.init(seed, i)]);
    expect(init(1).length).toBe(size);
    expect(init(1).every((value) => Math.fround(value) === value)).toBe(true);
    expect(init(1)).toEqual(init(1));
    expect(new Set(model.parameters.map(({ name }) => name)).size).toBe(model.parameters.length);
    expect(model.parameters.every(({ shape }) => shape.length <= 3)).toBe(true);
    expect(workload.batch(options).max).toBeLessThanOrEqual(data.trainRows);
    expect(casesOf(workload).initialLoss.why.length).toBeGreaterThan(10);
  });
});
