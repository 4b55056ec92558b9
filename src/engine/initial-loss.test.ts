import { describe, expect, it } from 'vitest';
import { WASM_POLICY } from '../kernels/compiler/schedule/policies.ts';
import { runOnWasm } from '../kernels/compiler/testing/run-on-wasm.ts';
import { ALIGNMENT_BYTES } from '../kernels/compiler/wasm/generate.ts';
import { planLayout } from '../kernels/layout.ts';
import type { WorkloadDefinition, WorkloadOptions } from '../workloads/definition.ts';
import { defaultOptions } from '../workloads/options.ts';
import { workloads } from '../workloads/registry.ts';
import { casesOf } from '../workloads/testing/cases.ts';
import { fetchPublic } from '../workloads/testing/public-data.ts';
import { planNetwork } from './network-plan.ts';
import { initialRow, runInputs } from './testing/network-cases.ts';

const SEEDS = Array.from({ length: 12 }, (_, index) => 1 + index);

/** Default options, then each other choice of every option that is chosen from a list. */
const optionsOf = (workload: WorkloadDefinition): readonly (readonly [name: string, options: WorkloadOptions])[] => [
  ['default options', defaultOptions(workload)],
  ...Object.entries(workload.options).flatMap(([name, spec]) =>
    spec.kind === 'choice'
      ? spec.choices.filter(({ id }) => id !== spec.value).map(({ id }) => [id, { ...defaultOptions(workload), [name]: id }] as const)
      : [],
  ),
];

describe.each(workloads)('$id', (workload) => {
  const { initialLoss, initialLossOf = {} } = casesOf(workload);

  it.each(optionsOf(workload))('with %s starts at the loss that theory says, in the mean over networks', async (choice, options) => {
    const { value, tolerance, why } = initialLossOf[choice] ?? initialLoss;
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
    const losses = found.map(({ loss }) => loss?.[0] as number);
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    expect(Math.abs(mean - value), `${mean} in the mean of ${losses}, not ${value}: ${why}`).toBeLessThanOrEqual(tolerance);
  });
});
