import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FreestepOptimizer } from './api.ts';
import { methods } from './testing/factories.ts';
import { parametersOf, smallData, smallModel } from './testing/small-model.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const FIT = { batchSize: 4, epochs: 1, shuffle: false, verbose: 0, yieldEvery: 'never' } as const;

describe.each(methods)('a model trained with $id', ({ create }) => {
  it('is saved with its optimizer, loaded, and trained on as if it had never stopped', async () => {
    const before = tf.memory().numTensors;
    const model = smallModel();
    const data = smallData(12);
    const optimizer = create();
    optimizer.schedule = 0.5;
    model.compile({ optimizer, loss: 'meanSquaredError' });
    await model.fit(data.x, data.y, FIT);
    let saved: tf.io.ModelArtifacts = {};
    const handler = tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    });
    await model.save(handler, { includeOptimizer: true });
    await model.fit(data.x, data.y, FIT);
    const through = await parametersOf(model);

    const { weightData, ...words } = saved;
    // As a file would have it.
    const file = { ...JSON.parse(JSON.stringify(words)), weightData };
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(file));
    const resumed = loaded.optimizer as FreestepOptimizer;
    expect(resumed.schedule).toBe(0.5);
    await loaded.fit(data.x, data.y, FIT);
    expect(await parametersOf(loaded)).toEqual(through);

    for (const owned of [optimizer, resumed, model, loaded, data]) owned.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
