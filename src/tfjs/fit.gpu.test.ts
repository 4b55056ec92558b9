import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { evaluationPoint } from './evaluation-point.ts';
import { methods } from './testing/factories.ts';
import { averaged } from './testing/fixtures.ts';
import { parametersOf, smallData, smallModel } from './testing/small-model.ts';
import { openWebGpu } from './testing/webgpu.ts';

let takeErrors: () => readonly string[];

beforeAll(async () => {
  ({ takeErrors } = await openWebGpu());
});
afterEach(() => {
  expect(takeErrors(), 'uncaptured device errors').toEqual([]);
});

const [first] = methods;

/** Five epochs of eight steps on a backend, validated at the evaluation point. */
async function fitted(backend: string, create: typeof averaged) {
  await tf.setBackend(backend);
  const model = smallModel();
  const data = smallData(32);
  const optimizer = create();
  model.compile({ optimizer, loss: 'meanSquaredError' });
  const tensors: number[] = [];
  const { history } = await model.fit(data.x, data.y, {
    batchSize: 4,
    epochs: 5,
    shuffle: false,
    verbose: 0,
    validationData: [data.x, data.y],
    callbacks: [evaluationPoint(optimizer), { onBatchBegin: () => void tensors.push(tf.memory().numTensors) }],
  });
  const result = {
    parameters: await parametersOf(model),
    path: optimizer.path,
    losses: history.val_loss,
    status: await optimizer.status(),
  };
  // Within an epoch: its results are kept by the history.
  expect([tensors[7], tensors[15]], `tensors on ${backend}`).toEqual([tensors[2], tensors[10]]);
  for (const owned of [optimizer, model, data]) owned.dispose();
  return result;
}

it.each([
  { id: 'a method with two points', create: averaged },
  { id: first?.id ?? '', create: first?.create ?? averaged },
])('model.fit with $id on WebGPU does what it does on the CPU', async ({ create }) => {
  const fused = await fitted('webgpu', create);
  const operations = await fitted('cpu', create);
  expect(fused.path).toBe('fused');
  expect(operations.path).toBe('operations');
  expect(fused.status).toMatchObject({ isRunning: true, k: operations.status.k });
  // Forty steps of float32, in which the gradients' own rounding differs as well.
  fused.parameters.forEach((value, index) => {
    expect(value).toBeCloseTo(operations.parameters[index] as number, 4);
  });
  (fused.losses as number[]).forEach((loss, epoch) => {
    expect(loss).toBeCloseTo(operations.losses?.[epoch] as number, 4);
  });
});
