import { openBackend } from '../../engine/backend.ts';
import { workloadOf } from '../../engine/catalogue.ts';
import type { RunConfig } from '../../engine/config.ts';
import { defaultRace } from '../../engine/default-config.ts';
import type { Runtime } from '../../engine/runtime.ts';
import { Training } from '../../engine/training.ts';
import { countGpuBuffers } from '../../kernels/testing/gpu-buffers.ts';
import * as tf from '../../kernels/tf.ts';
import { fetchFromUrl } from '../../workloads/fetch-from-url.ts';
import '../headless/window.ts';

export interface StepTimes {
  readonly adapter: string;
  /** Milliseconds per training step, one entry per round. */
  readonly alone: readonly number[];
  readonly together: readonly number[];
}

export interface Held {
  readonly tensors: number;
  readonly buffers: number;
  readonly bytes: number;
}

declare global {
  interface Window {
    /** Times a step of 1 run and of `runs` runs of one optimizer in turn, `rounds` times. */
    freestepStepTimes(optimizer: string, runs: number, steps: number, rounds: number): Promise<StepTimes>;
    /** The host's milliseconds per step of the default race, batches included and nothing waited for, one entry per round. */
    freestepHostTimes(steps: number, rounds: number): Promise<readonly number[]>;
    /** What is held after each of the given numbers of steps of one race. */
    freestepHeld(steps: readonly number[]): Promise<readonly Held[]>;
  }
}

/** Enough for every measurement; the default race's own horizon would end it. */
const HORIZON_STEPS = 10_000;

/** Runs of one optimizer of the default race, as in a sweep. */
function someRuns(count: number, optimizer: string): readonly RunConfig[] {
  const { racers, schedule, seed } = defaultRace;
  const racer = racers.find((candidate) => candidate.optimizer === optimizer);
  if (racer === undefined) throw new Error(`the default race has no ${optimizer}`);
  return Array.from({ length: count }, (_, index) => ({
    racer: { ...racer, key: String(index) },
    seed,
    horizonSteps: HORIZON_STEPS,
    schedule,
  }));
}

function prepare(runtime: Runtime, runs: readonly RunConfig[]): Promise<Training> {
  const { id, options } = defaultRace.workload;
  const spec = { workload: workloadOf(id), options, batch: defaultRace.batch, runs };
  return Training.prepare(spec, runtime, fetchFromUrl(new URL('data/', location.href).href), () => {});
}

/** Steps from `from` on, all measured values fetched as a race would. */
async function advance(training: Training, from: number, count: number): Promise<void> {
  for (let t = from; t < from + count; t++) {
    const batches = training.batches(t);
    for (let group = 0; group < training.groups; group++) await training.step(group, t, batches);
    if ((t + 1 - from) % 10 === 0 || t + 1 === from + count) await training.readSamples();
  }
}

window.freestepStepTimes = async (optimizer, runs, steps, rounds) => {
  const runtime = await openBackend('webgpu');
  const trainings = [await prepare(runtime, someRuns(1, optimizer)), await prepare(runtime, someRuns(runs, optimizer))];
  const times: [number[], number[]] = [[], []];
  // The first round warms up and is dropped.
  for (let round = 0; round <= rounds; round++) {
    for (const [index, training] of trainings.entries()) {
      const start = performance.now();
      await advance(training, round * steps, steps);
      if (round > 0) times[index]?.push((performance.now() - start) / steps);
    }
  }
  for (const training of trainings) training.dispose();
  const { adapter } = runtime.info;
  runtime.dispose();
  return { adapter, alone: times[0], together: times[1] };
};

window.freestepHostTimes = async (steps, rounds) => {
  const runtime = await openBackend('webgpu');
  const training = await prepare(
    runtime,
    defaultRace.racers.flatMap(({ optimizer }) => someRuns(1, optimizer)),
  );
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    let hostMs = 0;
    for (let t = round * steps; t < (round + 1) * steps; t++) {
      const start = performance.now();
      await training.step(0, t, training.batches(t));
      hostMs += performance.now() - start;
    }
    await training.readSamples();
    if (round > 0) times.push(hostMs / steps);
  }
  training.dispose();
  runtime.dispose();
  return times;
};

window.freestepHeld = async (steps) => {
  const counted = countGpuBuffers();
  const runtime = await openBackend('webgpu');
  const training = await prepare(runtime, [...someRuns(1, 'adamw'), ...someRuns(1, 'prodigy')]);
  const held: Held[] = [];
  let made = 0;
  for (const count of steps) {
    await advance(training, made, count - made);
    made = count;
    await training.evaluate(made, 0, () => true);
    held.push({ tensors: tf.engine().state.numTensors, ...counted.held() });
  }
  training.dispose();
  runtime.dispose();
  counted.stop();
  return held;
};

window.isFreestepReady = true;
