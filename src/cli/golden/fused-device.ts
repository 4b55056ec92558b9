import { FusedRunner } from '../../kernels/fused/fused-runner.ts';
import { FUSED_ALIGN, type ParamLayout } from '../../kernels/layout.ts';
import { mapNames } from '../../kernels/named.ts';
import { type GoldenStepper, packRows, padRows, runnerSpec } from './stepper.ts';

interface Batch {
  readonly runner: FusedRunner;
  readonly layout: ParamLayout;
  readonly grads: GPUBuffer; // (R, n)
  readonly objective: GPUBuffer; // (R)
}

/** The fused kernels behind the replay, where the device is: in a page. `close` leaves the device alone. */
export function deviceStepper(device: GPUDevice): GoldenStepper {
  let batch: Batch | null = null;
  const current = () => {
    if (!batch) throw new Error('Call begin first.');
    return batch;
  };
  const input = (label: string, values: number) =>
    device.createBuffer({ label, size: values * 4, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
  return {
    async begin(golden) {
      const spec = runnerSpec(golden, FUSED_ALIGN);
      // Nobody looks at displacements here, and the samples are left on the device.
      const runner = await FusedRunner.create(device, spec, { observeEvery: golden.steps, sampleCapacity: golden.steps });
      const grads = input('gradients', spec.rows.length * spec.layout.n);
      batch = { runner, layout: spec.layout, grads, objective: input('objective', spec.rows.length) };
    },
    async step(packed, objectives) {
      const { runner, layout, grads, objective } = current();
      device.queue.writeBuffer(grads, 0, Float32Array.from(padRows(packed, layout)));
      device.queue.writeBuffer(objective, 0, Float32Array.from(objectives));
      runner.step({ grads, objective, loss: objective });
      const { params, rows } = await runner.state();
      return { params: packRows(params, layout), scalars: rows.map(({ scalars, k }) => ({ ...scalars, k: [k] })) };
    },
    async slots() {
      const { runner, layout } = current();
      const { rows } = await runner.state();
      return rows.map(({ slots }) => mapNames(slots, (_name, values) => Array.from(packRows(values, layout))));
    },
    async evalPoints() {
      const { runner, layout } = current();
      return packRows(await runner.readEvalPoints(), layout);
    },
    status: () => current().runner.status(),
    async end() {
      batch?.runner.dispose();
      batch?.grads.destroy();
      batch?.objective.destroy();
      batch = null;
    },
    async close() {},
  };
}
