import { expect, it } from 'vitest';
import type { FetchFile } from '../../workloads/definition.ts';
import { workloadOf } from '../catalogue.ts';
import type { Runtime } from '../runtime.ts';
import { trainEagerly } from './train-eagerly.ts';
import { mixedRuns, SMALL_DIGITS, type SomeTraining, trainSome } from './train-some.ts';

const STEPS = 12;
/**
 * Both sides are float32 with other orders of summation: 1e-7 per operation, 7e-7 after a dozen steps of small networks (measured). A wrong
 * formula shows at 1e-2. Shares of rows agree exactly, as no two logits are that close here.
 */
const TOLERANCE = 1e-5;

const CASES: Readonly<Record<string, SomeTraining>> = {
  'digits, with dropout and label smoothing': { ...SMALL_DIGITS, runs: mixedRuns(STEPS), steps: STEPS },
  logistic: { workload: workloadOf('logistic'), options: { problem: 'wine' }, batch: 32, runs: mixedRuns(STEPS), steps: STEPS },
};

/** Compiled steps train as TensorFlow.js's own operations do: same losses, same metrics, for every optimizer of the default race. */
export function describeAgreement(fetchFile: FetchFile, open: () => Runtime): void {
  it.each(Object.entries(CASES))('trains %s as separate operations do', async (_, training) => {
    const compiled = await trainSome(open(), fetchFile, training);
    const eager = await trainEagerly(fetchFile, training);
    compiled.forEach(({ samples, metrics }, run) => {
      const label = `${training.runs[run]?.racer.optimizer}, run ${run}`;
      const width = samples.length / STEPS;
      eager[run]?.losses.forEach((loss, t) => {
        expect(Math.abs((samples[t * width] as number) - loss), `${label}, loss at step ${t}`).toBeLessThan(TOLERANCE * Math.max(1, loss));
      });
      metrics.forEach((value, index) => {
        const expected = eager[run]?.metrics[index] ?? Number.NaN;
        expect(Math.abs(value - expected), `${label}, metric ${index}`).toBeLessThan(TOLERANCE * Math.max(1, expected));
      });
    });
  });
}
