import fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { factorSums } from './factor-sums.ts';
import { GPU_POLICY, SOFTWARE_GPU_POLICY } from './schedule/policies.ts';
import { ProgramCase } from './testing/program-case.ts';
import { randomProgram } from './testing/random-program.ts';
import { perRun, stacked } from './testing/run-on-gpu.ts';
import { runOnGpu, testDevice } from './wgsl/testing/gpu-harness.ts';

/** A device remembers every pipeline it has compiled, so a new one takes over from time to time. */
const PROGRAMS_PER_DEVICE = 250;

const numRuns = inject('programs');
/** A program takes some 60 ms on two cores that have nothing else to do. */
const TIMEOUT_MS = 600 * numRuns;

const CLASSES = [
  ['hardware', GPU_POLICY],
  ['software', SOFTWARE_GPU_POLICY],
] as const;

test('random programs: the shaders of both adapter classes compute what the interpreter computes, alone and in company', {
  timeout: TIMEOUT_MS,
}, async () => {
  let host = await testDevice();
  let count = 0;
  await fc.assert(
    fc.asyncProperty(randomProgram, fc.constantFrom(...CLASSES), async (program, [adapter, policy]) => {
      if (++count % PROGRAMS_PER_DEVICE === 0) {
        host.device.destroy();
        host = await testDevice();
      }
      const given = new ProgramCase(program, policy, 2, factorSums);
      host.device.pushErrorScope('validation');
      const run = async (inputs: typeof given.inputs) =>
        perRun(
          given.schedule,
          await runOnGpu(host.device, given.schedule, stacked(given.schedule, inputs), { runs: inputs.length, adapter }),
          inputs.length,
        );
      const together = await run(given.inputs);
      const [alone] = await run(given.inputs.slice(1));
      expect((await host.device.popErrorScope())?.message).toBeUndefined();
      together.forEach((found, index) => {
        given.assertResults(found, index);
      });
      given.assertSameBits(alone ?? {}, together[1] ?? {}, 1);
    }),
    { numRuns, seed: 3 },
  );
  expect(host.errors).toEqual([]);
  host.device.destroy();
});
