import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { planLayout } from '../kernels/layout.ts';
import { type HostRunner, wasmRunner } from '../kernels/testing/host-runner.ts';
import { defaultHyper, type OptimizerDefinition } from '../optimizers/definition.ts';
import type { FreestepOptimizer } from './api.ts';
import { methods } from './testing/factories.ts';
import { parametersOf, smallData, smallModel } from './testing/small-model.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const STEPS = inject('isFull') ? 1000 : 250;

function engineRunner(definition: OptimizerDefinition, model: tf.LayersModel, x0: Float32Array): Promise<HostRunner> {
  const layout = planLayout(
    model.trainableWeights.map(({ name, shape }) => ({ name, shape: shape as number[] })),
    1,
  );
  const row = { program: definition.program, hyper: defaultHyper(definition), mult: new Float64Array(STEPS).fill(1), horizonSteps: STEPS };
  return wasmRunner({ layout, rows: [row], x0, totalSteps: STEPS });
}

/** Calls `see` with every gradient that the optimizer computes, before it is applied. */
function watchGradients(optimizer: FreestepOptimizer, see: (gradient: Float64Array, loss: number) => void): void {
  const compute = optimizer.computeGradients.bind(optimizer);
  optimizer.computeGradients = (f, varList = []) => {
    const result = compute(f, varList);
    const gradient = varList.flatMap(({ name }) => Array.from(result.grads[name]?.dataSync() ?? []));
    see(Float64Array.from(gradient), result.value.dataSync()[0] ?? Number.NaN);
    return result;
  };
}

describe.each(methods)(`${STEPS} steps of model.fit with $id`, ({ definition, create }) => {
  it('hold a constant number of tensors and follow the trajectory of the engine', async () => {
    const before = tf.memory().numTensors;
    const model = smallModel();
    const data = smallData(STEPS);
    const x0 = await parametersOf(model);
    const engine = await engineRunner(definition, model, x0);
    const optimizer = create();
    const tensors: number[] = [];
    watchGradients(optimizer, (gradient, loss) => {
      tensors.push(tf.memory().numTensors);
      engine.step(gradient, Float64Array.of(loss));
    });
    model.compile({ optimizer, loss: 'meanSquaredError' });
    await model.fit(data.x, data.y, { batchSize: 1, epochs: 1, shuffle: false, verbose: 0, yieldEvery: 'never' });

    const { params, rows } = await engine.state();
    const reached = await parametersOf(model);
    const moved = Math.max(...params.map((value, index) => Math.abs(value - (x0[index] as number))));
    const apart = Math.max(...params.map((value, index) => Math.abs(value - (reached[index] as number))));
    // Two float32 programs that add up in another order: a rounding per step, of which 1,000 have come to 4e-6 of the way at most.
    expect(apart / moved).toBeLessThan(1e-4);
    expect(await optimizer.status()).toMatchObject({ isRunning: true, k: rows[0]?.k, reason: null });
    expect(tensors).toHaveLength(STEPS);
    expect(tensors.at(-1)).toBe(tensors[1]);
    optimizer.dispose();
    model.dispose();
    data.dispose();
    engine.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
