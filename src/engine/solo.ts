import type { FetchFile } from '../workloads/definition.ts';
import { optimizerOf, workloadOf } from './catalogue.ts';
import type { RaceConfig } from './config.ts';
import { RaceError } from './failure.ts';
import { expandRuns } from './runs.ts';
import type { Runtime } from './runtime.ts';
import { Training } from './training.ts';
import { assertValid } from './validate.ts';

export const SOLO_STEPS = 30;
/** Steps before the clock starts: caches warm up and code is optimized in them. */
const WARM_UP_STEPS = 5;

/** One racer measured alone. */
export interface Solo {
  readonly msPerStep: number;
  /** Loss at each of its steps, from the first on: in a race on the same backend, the same run has the same bits. */
  readonly losses: Float32Array;
}

/** Trains one racer of a race alone with the race's first seed for some 30 steps, evaluation not included. */
export async function measureSolo(config: RaceConfig, racerKey: string, runtime: Runtime, fetchFile: FetchFile): Promise<Solo> {
  const alone: RaceConfig = { ...config, seeds: 1, racers: config.racers.filter(({ key }) => key === racerKey) };
  assertValid(alone);
  const workload = workloadOf(alone.workload.id);
  const runs = expandRuns(alone, workload.maxSteps(alone.workload.options), optimizerOf);
  const spec = { workload, options: alone.workload.options, batch: alone.batch, runs };
  const training = await Training.prepare(spec, runtime, fetchFile, () => {});
  const losses: number[] = [];
  const advance = async (from: number, count: number): Promise<number> => {
    const start = performance.now();
    for (let t = from; t < from + count; t++) await training.step(0, t, training.batches(t));
    const samples = await training.readSamples();
    const elapsedMs = performance.now() - start;
    if (runtime.failure !== null) throw new RaceError(runtime.failure);
    const width = training.runs[0]?.columns.length ?? 0;
    for (let i = 0; i < samples.count; i++) losses.push(samples.runs[0]?.[i * width] as number);
    return elapsedMs / count;
  };
  try {
    const steps = Math.min(SOLO_STEPS, training.totalSteps);
    const warmUp = Math.min(WARM_UP_STEPS, training.totalSteps - steps);
    if (warmUp > 0) await advance(0, warmUp);
    return { msPerStep: await advance(warmUp, steps), losses: Float32Array.from(losses) };
  } finally {
    training.dispose();
  }
}
