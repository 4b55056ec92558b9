import { expect, it } from 'vitest';
import * as tf from '../../kernels/tf.ts';
import type { Predictions } from '../../workloads/definition.ts';
import { workloadOf } from '../catalogue.ts';
import type { Runtime } from '../runtime.ts';
import { Training } from '../training.ts';
import { buildNetwork, type NetworkSpec, TINY_NETWORKS } from './networks/networks.ts';
import { mixedRuns } from './train-some.ts';

const STEPS = 5000;
const STEPS_PER_READ = 50;
const STEPS_PER_EVALUATION = 500;

/** A race that lasts holds as much at its end as early on. @param held what is counted, e.g. buffers and bytes */
export function describeEndurance(open: () => Runtime, held: () => unknown): void {
  it('holds as much memory after 5,000 steps as after some, samples and evaluations included', async () => {
    const network = buildNetwork(TINY_NETWORKS[0] as NetworkSpec);
    const workload = {
      ...workloadOf('digits'),
      files: () => [],
      maxSteps: () => STEPS,
      load: async () => network.data,
      create: async () => ({
        ...network.model,
        score: ({ values }: Predictions) => [values[0] as number],
        show: () => ({ note: '', items: [] }),
      }),
    };
    const noFile = (): never => {
      throw new Error('a generated network reads no file');
    };
    const spec = { workload, options: {}, batch: network.batch, runs: mixedRuns(STEPS) };
    const training = await Training.prepare(spec, open(), noFile, () => {});
    const seen: { readonly held: unknown; readonly tensors: number }[] = [];
    try {
      for (let t = 0; t < STEPS; t++) {
        const batches = training.batches(t);
        for (let group = 0; group < training.groups; group++) await training.step(group, t, batches);
        if ((t + 1) % STEPS_PER_READ === 0) expect((await training.readSamples()).count).toBe(STEPS_PER_READ);
        if ((t + 1) % STEPS_PER_EVALUATION !== 0) continue;
        await training.evaluate(t + 1, 0, () => true);
        seen.push({ held: held(), tensors: tf.engine().state.numTensors });
      }
    } finally {
      training.dispose();
    }
    expect(seen.length).toBe(STEPS / STEPS_PER_EVALUATION);
    for (const now of seen) expect(now).toEqual(seen[0]);
  });
}
