import type { FetchFile } from '../workloads/definition.ts';
import { optimizerOf, workloadOf } from './catalogue.ts';
import type { RaceConfig } from './config.ts';
import type { RaceControl } from './control.ts';
import type { Event } from './protocol.ts';
import { Recorder } from './recorder.ts';
import type { RaceResult } from './result.ts';
import { expandRuns } from './runs.ts';
import type { Runtime } from './runtime.ts';
import { type TrainerEvent, type TrainerOutcome, train } from './trainer.ts';
import { Training } from './training.ts';
import { assertValid } from './validate.ts';

export type RaceEvent =
  | TrainerEvent
  | Omit<Extract<Event, { type: 'started' }>, 'generation'>
  | Omit<Extract<Event, { type: 'loading' }>, 'generation'>;

export interface RaceOptions {
  readonly config: RaceConfig;
  readonly runtime: Runtime;
  readonly fetchFile: FetchFile;
  readonly control: RaceControl;
  readonly emit: (event: RaceEvent) => void;
  readonly version: string;
  /** Wanted time between two reports, ms. */
  readonly reportEveryMs: number;
  readonly stepLimit?: number;
}

/**
 * One race from its configuration to its result. Throws `RaceError` (bad configuration, too large, backend lost) and the data loader's errors;
 * samples emitted until then stay valid.
 */
export async function runRace(options: RaceOptions): Promise<{ readonly result: RaceResult; readonly outcome: TrainerOutcome }> {
  const { config, runtime, fetchFile, control, emit } = options;
  assertValid(config);
  const workload = workloadOf(config.workload.id);
  const runs = expandRuns(config, workload.maxSteps(config.workload.options), optimizerOf);
  const training = await Training.prepare(
    { workload, options: config.workload.options, batch: config.batch, runs },
    runtime,
    fetchFile,
    (what, done, total, unit) => emit({ type: 'loading', what, done, total, unit }),
  );
  try {
    const target = workload.target(config.workload.options, config.batch);
    const direction = workload.metrics[0]?.direction ?? 'lower';
    const recorder = new Recorder(training.runs, training.totalSteps, target === null ? null : { value: target.value, direction });
    emit({
      type: 'started',
      runs: training.runs,
      fingerprints: training.fingerprints,
      totalSteps: training.totalSteps,
      evaluationPeriod: training.evaluationPeriod,
      plannedBytes: training.plan.plannedBytes,
      target,
    });
    const outcome = await train({
      training,
      recorder,
      control,
      emit,
      reportEveryMs: options.reportEveryMs,
      ...(options.stepLimit === undefined ? {} : { stepLimit: options.stepLimit }),
    });
    const result: RaceResult = {
      format: 1,
      config,
      backend: runtime.info,
      version: options.version,
      finishedAt: new Date().toISOString(),
      state: outcome.state,
      fingerprints: training.fingerprints,
      seconds: recorder.seconds(),
      runs: recorder.results(),
      target,
    };
    return { result, outcome };
  } finally {
    training.dispose();
  }
}
