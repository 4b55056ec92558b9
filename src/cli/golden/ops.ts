import { mapNames } from '../../kernels/named.ts';
import { OpsRunner } from '../../kernels/ops-runner.ts';
import * as tf from '../../kernels/tf.ts';
import { type GoldenStepper, runnerSpec } from './stepper.ts';

/**
 * TensorFlow.js operations behind the replay, on its plain JavaScript backend. Every result is rounded to float32; a sum is rounded once.
 * (The WebAssembly backend rounds after each term. Where a recorded run multiplies rounding by 10^5, as Mechanic on P1 does, that decides
 * whether it ends just inside or just outside its tolerance.)
 */
export async function opsStepper(): Promise<GoldenStepper> {
  await tf.setBackend('cpu');
  let runner: OpsRunner | null = null;
  let shape: [number, number] = [0, 0];
  const current = () => {
    if (!runner) throw new Error('Call begin first.');
    return runner;
  };
  return {
    async begin(batch) {
      // Packed: with align 1 a padded row is a packed one.
      runner = new OpsRunner(runnerSpec(batch, 1));
      shape = [batch.rows.length, batch.x0.length];
    },
    async step(grads, objective) {
      const inputs = [tf.tensor2d(Float32Array.from(grads), shape), tf.tensor1d(Float32Array.from(objective))] as const;
      current().step(inputs[0], inputs[1], inputs[1]);
      tf.dispose([...inputs]);
      const { params, rows } = await current().state();
      return { params, scalars: rows.map(({ scalars, k }) => ({ ...scalars, k: [k] })) };
    },
    async evalPoints() {
      const points = current().evalParams();
      const values = Float32Array.from(await points.data());
      points.dispose();
      return values;
    },
    async slots() {
      const { rows } = await current().state();
      return rows.map(({ slots }) => mapNames(slots, (_name, values) => Array.from(values)));
    },
    status: () => current().status(),
    async end() {
      runner?.dispose();
      runner = null;
    },
    async close() {},
  };
}
