import { beforeAll, expect, it } from 'vitest';
import { HostFedRunner, testDevice } from '../../kernels/fused/testing/fused-harness.ts';
import { FUSED_ALIGN, planLayout } from '../../kernels/layout.ts';
import { dadaptDualAveraging } from './dadaptDualAveraging.ts';

let device: GPUDevice;
let errors: readonly string[];

beforeAll(async () => {
  ({ device, errors } = await testDevice());
});

/** Steps in which d grows from 1e-6 to the distance, and some more. */
const STEPS = 600;

it('the fused estimate grows to half the distance on |x - c|', async () => {
  const layout = planLayout([{ name: 'x', shape: [1] }], FUSED_ALIGN);
  const fused = await HostFedRunner.create(device, {
    layout,
    rows: [{ program: dadaptDualAveraging.program, hyper: { d0: 1e-6 }, mult: new Float64Array(STEPS).fill(1), horizonSteps: STEPS }],
    x0: new Float64Array(layout.n),
    totalSteps: STEPS,
  });
  const grads = new Float64Array(layout.n);
  let x = 0;
  for (let t = 0; t < STEPS; t += 1) {
    grads[0] = Math.sign(x - 1);
    fused.step(grads, [Math.abs(x - 1)]);
    x = (await fused.runner.state()).params[0] ?? Number.NaN;
    // They would fill the queue of samples.
    await fused.runner.readSamples();
  }
  const d = (await fused.runner.state()).rows[0]?.scalars.d?.[0] ?? Number.NaN;
  // As in float64, to two digits: rounding moves the step in which x crosses 1.
  expect(Math.abs(d - 0.5)).toBeLessThan(0.01);
  expect(errors, 'uncaptured device errors').toEqual([]);
  fused.dispose();
});
