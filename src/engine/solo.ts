import type { FetchFile } from '../workloads/definition.ts';
import { optimizerOf, workloadOf } from './catalogue.ts';
import type { RaceConfig } from './config.ts';
import { expandRuns } from './runs.ts';
import type { Runtime } from './runtime.ts';
import { Training } from './training.ts';
import { assertValid } from './validate.ts';

export const SOLO_STEPS = 30;
/** Steps before the clock starts: kernels compile and buffers are allocated in them. */
const WARM_UP_STEPS = 5;

/** Milliseconds per training step of one racer alone: one run, 30 steps, evaluation not included. */
export async function measureSolo(config: RaceConfig, racerKey: string, runtime: Runtime, fetchFile: FetchFile): Promise<number> {
  const racers = config.racers
    .filter(({ key }) => key === racerKey)
    // A horizon long enough that no step of the measurement is skipped as finished.
    .map((racer) => ({ ...racer, horizon: 1 }));
  const alone: RaceConfig = { ...config, seeds: 1, racers };
  assertValid(alone);
  const workload = workloadOf(alone.workload.id);
  const runs = expandRuns(alone, workload.maxSteps(alone.workload.options), optimizerOf);
  const training = await Training.prepare(
    { workload, options: alone.workload.options, batch: alone.batch, runs },
    runtime,
    fetchFile,
    () => {},
  );
  const steps = Math.min(SOLO_STEPS, training.totalSteps);
  const advance = async (from: number, count: number): Promise<void> => {
    for (let t = from; t < from + count; t++) await training.step(0, t, training.batches(t));
    await training.readSamples();
  };
  try {
    const warmUp = Math.min(WARM_UP_STEPS, training.totalSteps - steps);
    if (warmUp > 0) await advance(0, warmUp);
    const start = performance.now();
    await advance(warmUp, steps);
    return (performance.now() - start) / steps;
  } finally {
    training.dispose();
  }
}
