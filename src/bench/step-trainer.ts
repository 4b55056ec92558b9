import type { Network } from '../engine/testing/networks/networks.ts';
import type { TrainStep } from '../engine/train-step.ts';
import { RUNNER_COLUMNS } from '../kernels/optimizer-runner.ts';
import { HORIZON_STEPS } from './race-runs.ts';
import { epochBatches, SEED, type Trainer } from './trainer.ts';

/** Steps between fetches of the samples, as in a race that nobody looks at closely; the device's ring must not overflow. */
const FETCH_EVERY = 256;

/** Drives one of the engine's own training steps: batch indices from the host for every step, samples fetched now and then. */
export function stepTrainer(
  step: TrainStep,
  network: Network,
  runs: number,
  about: Pick<Trainer, 'place' | 'facts'>,
  onDispose: () => void,
): Trainer {
  const batches = epochBatches(network).map((rows) => new Map([[SEED, rows]]));
  let last: readonly number[] = [];
  let t = 0;
  const fetchSamples = async (): Promise<void> => {
    const { count, width, data } = await step.readSamples();
    last = Array.from({ length: runs }, (_, row) => data[((count - 1) * runs + row) * width + RUNNER_COLUMNS.indexOf('loss')] as number);
  };
  return {
    ...about,
    async advance(count) {
      if (t + count > HORIZON_STEPS) throw new Error(`A measurement makes at most ${HORIZON_STEPS} steps.`);
      let host = 0;
      for (let left = count; left > 0; left -= FETCH_EVERY) {
        const start = performance.now();
        for (let i = 0; i < Math.min(left, FETCH_EVERY); i++, t++)
          await step.step(t, batches[t % batches.length] as ReadonlyMap<number, Int32Array>);
        host += performance.now() - start;
        await fetchSamples();
      }
      return host;
    },
    losses: async () => last,
    dispose() {
      step.dispose();
      onDispose();
    },
  };
}
