import '@tensorflow/tfjs-backend-cpu';
import { planLayout } from '../../kernels/layout.ts';
import * as tf from '../../kernels/tf.ts';
import { batchIndices } from '../../workloads/batches.ts';
import type { FetchFile } from '../../workloads/definition.ts';
import { optimizerOf } from '../catalogue.ts';
import { DeviceData } from '../eager/device-data.ts';
import { EagerStep } from '../eager/eager-step.ts';
import { opsUpdater } from '../eager/ops-updater.ts';
import { rowSpec } from '../runs.ts';
import type { SomeTraining } from './train-some.ts';

/** What one run measured: its loss at every step, then its metrics before the first step and after the last. */
export interface EagerRun {
  readonly losses: readonly number[];
  readonly metrics: readonly number[];
}

/** The same steps made of TensorFlow.js operations on its CPU backend, for comparison. */
export async function trainEagerly(
  fetchFile: FetchFile,
  { workload, options, batch, runs, steps }: SomeTraining,
): Promise<readonly EagerRun[]> {
  if (!(await tf.setBackend('cpu'))) throw new Error('TensorFlow.js has no CPU backend here.');
  const data = await workload.load(options, fetchFile);
  const model = await workload.create(options, data);
  const layout = planLayout(model.parameters, 1);
  const x0 = new Float32Array(runs.length * layout.n);
  runs.forEach(({ seed }, run) => {
    layout.tensors.forEach(({ offset }, index) => {
      x0.set(model.parameters[index]?.init(seed, index) ?? [], run * layout.n + offset);
    });
  });
  const rows = runs.map((run) => rowSpec(run, optimizerOf(run.racer.optimizer), run.horizonSteps));
  const updater = opsUpdater({ layout, rows, x0, totalSteps: Math.max(...rows.map(({ horizonSteps }) => horizonSteps)) });
  const deviceData = new DeviceData(data);
  const step = new EagerStep({ model, layout, data: deviceData, runs, updater, evaluationRows: data.validationRows });
  const before = await step.evaluate();
  for (let t = 0; t < steps; t++) step.step(t, new Map(runs.map(({ seed }) => [seed, batchIndices(seed, t, data.trainRows, batch)])));
  const samples = await step.readSamples();
  const after = await step.evaluate();
  step.dispose();
  deviceData.dispose();
  return runs.map((_, run) => ({
    losses: Array.from({ length: steps }, (_step, t) => samples.data[(t * runs.length + run) * samples.width] as number),
    metrics: [before, after].flatMap(({ atPoint }) =>
      model.score({ rows: data.validationRows, values: atPoint[run] ?? new Float32Array() }),
    ),
  }));
}
