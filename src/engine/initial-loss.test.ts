import { describe, expect, it } from 'vitest';
import { WASM_POLICY } from '../kernels/compiler/schedule/policies.ts';
import { runOnWasm } from '../kernels/compiler/testing/run-on-wasm.ts';
import { ALIGNMENT_BYTES } from '../kernels/compiler/wasm/generate.ts';
import { planLayout } from '../kernels/layout.ts';
import { defaultOptions } from '../workloads/options.ts';
import { workloads } from '../workloads/registry.ts';
import { casesOf } from '../workloads/testing/cases.ts';
import { fetchPublic } from '../workloads/testing/public-data.ts';
import { planNetwork } from './network-plan.ts';
import { initialRow, runInputs } from './testing/network-cases.ts';

const SEEDS = [1, 2, 3];

describe.each(workloads)('$id with default options', (workload) => {
  const { value, tolerance, why } = casesOf(workload).initialLoss;

  it(`starts at a loss of ${value.toFixed(3)}: ${why}`, async () => {
    const options = defaultOptions(workload);
    const data = await workload.load(options, fetchPublic);
    const model = await workload.create(options, data);
    const layout = planLayout(model.parameters, 1);
    const batch = workload.batch(options).value;
    const { training } = planNetwork({
      ...{ model, layout, data, batch, hasDropout: false, hasEvalPoint: false },
      compiler: { policy: WASM_POLICY, alignment: ALIGNMENT_BYTES / Float32Array.BYTES_PER_ELEMENT },
    });
    const given = { name: workload.id, model, data, batch, hasDropout: false, hasLabelSmoothing: false };
    const found = await runOnWasm(
      training,
      SEEDS.map((seed) => runInputs(given, seed, 0, initialRow(model, layout, seed))),
    );
    for (const [run, { loss }] of found.entries()) {
      expect(Math.abs((loss?.[0] as number) - value), `seed ${SEEDS[run]}: ${loss?.[0]}`).toBeLessThanOrEqual(tolerance);
    }
  });
});
