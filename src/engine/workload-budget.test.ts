import { describe, expect, it } from 'vitest';
import { planLayout } from '../kernels/layout.ts';
import { defaultOptions } from '../workloads/options.ts';
import { workloads } from '../workloads/registry.ts';
import { fetchPublic } from '../workloads/testing/public-data.ts';
import { forwardMultiplyAdds } from './forward-work.ts';

/** The two that are meant to be smaller than any reduced workload. */
const TINY = new Set(['digits', 'logistic']);

describe.each(workloads)('$id with default options', (workload) => {
  it('fits a browser tab: at most 30 million multiply-adds forward per step, 150,000 parameters and 600 steps', async () => {
    const options = defaultOptions(workload);
    const data = await workload.load(options, fetchPublic);
    const model = await workload.create(options, data);
    const layout = planLayout(model.parameters, 1);
    const batch = workload.batch(options).value;
    expect(forwardMultiplyAdds({ model, layout, data, batch })).toBeLessThanOrEqual(30e6);
    expect(layout.size).toBeLessThanOrEqual(150_000);
    if (!TINY.has(workload.id)) expect(layout.size).toBeGreaterThanOrEqual(20_000);
    expect(workload.maxSteps(options)).toBeLessThanOrEqual(600);
  });
});
