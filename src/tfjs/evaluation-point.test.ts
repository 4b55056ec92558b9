import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { FreestepOptimizer } from './api.ts';
import { evaluationPoint } from './evaluation-point.ts';
import { methods } from './testing/factories.ts';
import { averaged } from './testing/fixtures.ts';
import { parametersOf, smallData, smallModel } from './testing/small-model.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const withTwoPoints = [
  { id: 'a method with two points', create: averaged },
  ...methods.filter(({ definition }) => definition.program.evalPoint !== undefined),
];
const adamw = methods.find(({ id }) => id === 'adamw')?.create ?? averaged;

const BATCH = 4;

/** In the batches that validation makes, so that the sums are the same. */
function lossOf(model: tf.LayersModel, { x, y }: { readonly x: tf.Tensor; readonly y: tf.Tensor }): number {
  return tf.tidy(() => (model.evaluate(x, y, { batchSize: BATCH }) as tf.Scalar).dataSync()[0] ?? Number.NaN);
}

/** A compiled model and data to train and to validate it on. */
function trial(optimizer: FreestepOptimizer) {
  const model = smallModel();
  model.compile({ optimizer, loss: 'meanSquaredError' });
  const data = smallData(10);
  return {
    model,
    data,
    /** Two epochs of three batches, the last one smaller. */
    train: (callbacks: tf.CustomCallbackArgs[] = []) =>
      model.fit(data.x, data.y, {
        batchSize: BATCH,
        epochs: 2,
        shuffle: false,
        verbose: 0,
        yieldEvery: 'never',
        validationData: [data.x, data.y],
        callbacks,
      }),
    loss: () => lossOf(model, data),
    dispose() {
      optimizer.dispose();
      model.dispose();
      data.dispose();
    },
  };
}

describe.each(withTwoPoints)('$id', ({ create }) => {
  it('is swapped to its evaluation point and back, bit for bit', async () => {
    const optimizer = create();
    const { model, train, dispose } = trial(optimizer);
    expect(optimizer.hasEvaluationPoint).toBe(true);
    await train();
    const training = await parametersOf(model);
    const tensors = tf.memory().numTensors;
    optimizer.toEval();
    expect(optimizer.isEvaluating).toBe(true);
    const evaluation = await parametersOf(model);
    expect(evaluation).not.toEqual(training);
    optimizer.toEval();
    expect(await parametersOf(model)).toEqual(evaluation);
    optimizer.toTrain();
    expect(await parametersOf(model)).toEqual(training);
    optimizer.toTrain();
    expect(tf.memory().numTensors).toBe(tensors);
    dispose();
  });

  it('refuses to train at the evaluation point', async () => {
    const optimizer = create();
    const { train, dispose } = trial(optimizer);
    await train();
    optimizer.toEval();
    await expect(train()).rejects.toThrow('call toTrain() before training');
    optimizer.toTrain();
    await train();
    dispose();
  });

  it('is validated at its evaluation point by the callback, which does not change the training', async () => {
    const optimizer = create();
    const { model, train, loss, dispose } = trial(optimizer);
    const seen: number[] = [];
    const modes: boolean[] = [];
    const history = await train([
      evaluationPoint(optimizer),
      {
        onBatchBegin: () => {
          modes.push(optimizer.isEvaluating);
        },
        onEpochEnd: () => {
          seen.push(loss());
        },
      },
    ]);
    expect(modes).toEqual(Array.from({ length: 6 }, () => false));
    expect(history.history.val_loss).toEqual(seen);
    expect(optimizer.isEvaluating).toBe(true);
    expect(loss()).toBe(seen.at(-1));
    optimizer.toTrain();
    expect(loss()).not.toBe(seen.at(-1));

    const plain = create();
    const other = trial(plain);
    await other.train();
    expect(await parametersOf(model)).toEqual(await parametersOf(other.model));
    dispose();
    other.dispose();
  });

  it.each([
    { size: 'known', of: (rows: tf.TensorContainer[]) => tf.data.array(rows) },
    {
      size: 'not known',
      of: (rows: tf.TensorContainer[]) =>
        tf.data.generator(function* () {
          yield* rows;
        }),
    },
  ])('is validated there by fitDataset, with a number of batches that is $size', async ({ of }) => {
    const optimizer = create();
    const { model, data, loss, dispose } = trial(optimizer);
    const [xs, ys] = [data.x.arraySync(), data.y.arraySync()];
    const rows = xs.map((x, row) => ({ xs: x, ys: ys[row] ?? [] }));
    const set = of(rows).batch(BATCH) as tf.data.Dataset<{ xs: tf.Tensor; ys: tf.Tensor }>;
    const seen: number[] = [];
    const history = await model.fitDataset(set, {
      epochs: 2,
      verbose: 0,
      validationData: [data.x, data.y],
      validationBatchSize: BATCH,
      callbacks: [
        evaluationPoint(optimizer),
        {
          onEpochEnd: () => {
            seen.push(loss());
          },
        },
      ],
    });
    expect(history.history.val_loss).toEqual(seen);
    expect(optimizer.isEvaluating).toBe(true);
    dispose();
  });

  it('is saved at its evaluation point with what it takes to train on, and loaded', async () => {
    const optimizer = create();
    const { model, data, train, loss, dispose } = trial(optimizer);
    await train([evaluationPoint(optimizer)]);
    const evaluated = loss();
    let saved: tf.io.ModelArtifacts = {};
    await model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      }),
      { includeOptimizer: true },
    );
    optimizer.toTrain();
    await train();
    const through = await parametersOf(model);

    const again = await tf.loadLayersModel(tf.io.fromMemory(saved));
    const resumed = again.optimizer as FreestepOptimizer;
    expect(lossOf(again, data)).toBe(evaluated);
    expect(resumed.isEvaluating).toBe(true);
    resumed.toTrain();
    await again.fit(data.x, data.y, { batchSize: BATCH, epochs: 2, shuffle: false, verbose: 0, yieldEvery: 'never' });
    expect(await parametersOf(again)).toEqual(through);
    resumed.dispose();
    again.dispose();
    dispose();
  });

  it('cannot be evaluated at a point that waits for its variables', async () => {
    const optimizer = create();
    const { train, dispose } = trial(optimizer);
    await train();
    const resumed = create();
    await resumed.setWeights(await optimizer.getWeights());
    expect(() => resumed.toEval()).toThrow('known after the first step');
    resumed.dispose();
    dispose();
  });

  it('says that what is assigned at the evaluation point is lost', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const optimizer = create();
    const { model, train, dispose } = trial(optimizer);
    await train();
    const training = await parametersOf(model);
    optimizer.toEval();
    tf.tidy(() => model.setWeights(model.getWeights().map((weight) => tf.zerosLike(weight))));
    optimizer.toTrain();
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/was assigned while the optimizer was in evaluation mode/));
    expect(await parametersOf(model)).toEqual(training);
    warn.mockRestore();
    dispose();
  });
});

it('a method with one point has nothing to swap, with or without the callback', async () => {
  const optimizer = adamw();
  const { model, train, dispose } = trial(optimizer);
  await train([evaluationPoint(optimizer)]);
  const parameters = await parametersOf(model);
  optimizer.toEval();
  expect(optimizer.isEvaluating).toBe(false);
  expect(optimizer.hasEvaluationPoint).toBe(false);
  expect(await parametersOf(model)).toEqual(parameters);
  await train();
  dispose();
});
