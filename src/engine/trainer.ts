import type { RaceControl } from './control.ts';
import { RaceError } from './failure.ts';
import { nextTask } from './next-task.ts';
import { SAMPLE_CAPACITY } from './plan.ts';
import type { Event } from './protocol.ts';
import type { Recorder } from './recorder.ts';
import type { GroupPredictions, Training } from './training.ts';

type WithoutGeneration<E> = E extends Event ? Omit<E, 'generation'> : never;
/** What a training loop reports while it runs; the worker adds the generation. */
export type TrainerEvent = WithoutGeneration<Extract<Event, { type: 'samples' | 'evaluation' | 'diverged' | 'state' | 'heartbeat' }>>;

export interface TrainerOptions {
  readonly training: Training;
  readonly recorder: Recorder;
  readonly control: RaceControl;
  readonly emit: (event: TrainerEvent) => void;
  /** Wanted time between two reports, ms: 75 gives a page about 13 updates per second. */
  readonly reportEveryMs: number;
  /** Ends the race after this many steps even if horizons lie further. */
  readonly stepLimit?: number;
}

export interface TrainerOutcome {
  readonly state: 'finished' | 'stopped';
  /** Wall seconds spent in training steps and in evaluations. */
  readonly trainingSeconds: number;
  readonly evaluationSeconds: number;
}

/** A group's step that takes longer than this lets messages through and says that it is alive. */
const HEARTBEAT_MS = 400;

/**
 * Runs a race to its end: steps in chunks, fetches samples after each chunk, evaluates on the workload's period, at step 0 and at each run's
 * own horizon. The clock of a race counts training only; within a chunk, time is spread evenly over its steps because nothing is read back per step.
 * Throws `RaceError` when the backend fails; what was reported until then stands.
 */
export async function train(options: TrainerOptions): Promise<TrainerOutcome> {
  const { training, recorder, control, emit, reportEveryMs } = options;
  const lastStep = Math.min(training.totalSteps, options.stepLimit ?? Number.POSITIVE_INFINITY);
  const horizons = training.runs.map(({ horizonSteps }) => Math.min(horizonSteps, lastStep));
  let trainingMs = 0;
  let evaluationMs = 0;
  let t = 0;
  let chunk = 1;
  let isAnyActive = true;

  const checkBackend = (): void => {
    if (training.runtime.failure !== null) throw new RaceError(training.runtime.failure);
  };

  const isEvaluatedAt =
    (step: number) =>
    (run: number): boolean =>
      step <= (horizons[run] as number) && recorder.divergenceOf(run) === null;

  const evaluate = async (predicted?: Promise<GroupPredictions>): Promise<void> => {
    const start = performance.now();
    const evaluations = await training.evaluate(t, trainingMs / 1000, isEvaluatedAt(t), predicted);
    const points = evaluations.map((evaluation) => evaluation?.point ?? null);
    recorder.addEvaluation(points);
    emit({ type: 'evaluation', step: t, runs: points, exhibits: evaluations.map((evaluation) => evaluation?.exhibit() ?? null) });
    evaluationMs += performance.now() - start;
  };

  const isEvaluationStep = (step: number): boolean => step % training.evaluationPeriod === 0 || horizons.includes(step);
  const stepsToEvaluation = (): number => {
    let step = t + 1;
    while (!isEvaluationStep(step)) step++;
    return step - t;
  };

  /** Returns how many were made before the race was stopped. */
  const makeSteps = async (count: number): Promise<number> => {
    let reported = performance.now();
    let made = 0;
    for (; made < count && !control.isStopped; made++) {
      const batches = training.batches(t + made);
      for (let group = 0; group < training.groups; group++) {
        await training.step(group, t + made, batches);
        if (performance.now() - reported > HEARTBEAT_MS) {
          emit({ type: 'heartbeat', step: t + made });
          await nextTask();
          reported = performance.now();
        }
      }
    }
    return made;
  };

  /** Asks a device for the predictions after the next `count` steps, which are on their way, so that they come with the samples of these. */
  const predictAhead = (count: number): Promise<GroupPredictions> | undefined => {
    if (!training.runtime.isDevice || count === 0 || !isEvaluationStep(t + count)) return undefined;
    const predicted = training.predict(isEvaluatedAt(t + count));
    // Whoever waits for it throws its error; nobody does when the race has been stopped.
    predicted.catch(() => {});
    return predicted;
  };

  /** Fetches what the chunk measured and reports it; returns how long the chunk took, and predictions that were asked for after it. */
  const report = async (startedMs: number, steps: number) => {
    // A device answers all in one round trip, which may take as long as ten small steps.
    const measured = Promise.all([training.readSamples(), training.status()]);
    const predicted = predictAhead(steps);
    const [samples, status] = await measured;
    checkBackend();
    const elapsedMs = performance.now() - startedMs;
    const seconds = Float32Array.from({ length: samples.count }, (_, i) => (trainingMs + (elapsedMs * (i + 1)) / samples.count) / 1000);
    trainingMs += elapsedMs;
    recorder.addSamples(samples.firstStep, samples.count, samples.runs, seconds);
    emit({ type: 'samples', ...samples, seconds });
    status.forEach(({ divergedAt, cause }, run) => {
      if (divergedAt === null || recorder.divergenceOf(run) !== null) return;
      const divergence = { step: divergedAt, ...(cause === null ? {} : { cause }) };
      recorder.addDivergence(run, divergence);
      emit({ type: 'diverged', run, divergence });
    });
    isAnyActive = status.some(({ isActive }) => isActive);
    return { elapsedMs, predicted };
  };

  const outcome = (state: TrainerOutcome['state']): TrainerOutcome => ({
    state,
    trainingSeconds: trainingMs / 1000,
    evaluationSeconds: evaluationMs / 1000,
  });

  checkBackend();
  await evaluate();
  let announced: boolean | null = null;
  const announce = (): void => {
    if (announced === control.isPaused || control.isStopped) return;
    announced = control.isPaused;
    emit({ type: 'state', state: control.isPaused ? 'paused' : 'running' });
  };

  while (t < lastStep && isAnyActive) {
    announce();
    const permission = await control.permission();
    if (permission === 'stop') return outcome('stopped');
    announce();
    const count = permission === 'single' ? 1 : Math.min(chunk, stepsToEvaluation(), lastStep - t, SAMPLE_CAPACITY);
    const started = performance.now();
    const before = recorder.steps;
    const { elapsedMs, predicted } = await report(started, await makeSteps(count));
    const made = recorder.steps - before;
    t += made;
    if (permission === 'run' && made > 0) {
      // Grow by at most 2x per chunk: the first steps of a race compile kernels and say little about the rest.
      const wanted = Math.round((reportEveryMs * made) / Math.max(elapsedMs, 0.01));
      chunk = Math.max(1, Math.min(wanted, 2 * chunk, SAMPLE_CAPACITY));
    }
    if (control.isStopped) return outcome('stopped');
    if (made > 0 && isEvaluationStep(t)) await evaluate(predicted);
    checkBackend();
    await nextTask();
  }
  return outcome('finished');
}
