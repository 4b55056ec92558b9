import { workloadOf } from '../../engine/catalogue.ts';
import type { RunConfig } from '../../engine/config.ts';
import { RaceControl } from '../../engine/control.ts';
import { Recorder } from '../../engine/recorder.ts';
import type { Runtime } from '../../engine/runtime.ts';
import { train } from '../../engine/trainer.ts';
import { Training } from '../../engine/training.ts';
import { openWasmRuntime } from '../../engine/wasm-runtime.ts';
import type { WorkloadOptions } from '../../workloads/definition.ts';
import { fetchFromDisk } from '../../workloads/fetch-from-disk.ts';

/** Some runs on one workload, trained in lockstep. */
export interface RunBatch {
  readonly workload: string;
  readonly options: WorkloadOptions;
  /** Rows per step. */
  readonly batch: number;
  readonly runs: readonly RunConfig[];
}

/** What came of a run. */
export interface RunOutcome {
  /** Best value of the first metric over all evaluations; null where the run diverged. */
  readonly best: number | null;
  /** Value at the end; null where it diverged. */
  readonly last: number | null;
  /** Step after which it diverged, or null. */
  readonly divergedAt: number | null;
  /** Backend and adapter that made it. */
  readonly backend: string;
  /** Its share of the batch's wall time. */
  readonly seconds: number;
}

export interface TrainedBatch {
  /** In the order of the runs. */
  readonly outcomes: readonly RunOutcome[];
  readonly trainingSeconds: number;
  readonly evaluationSeconds: number;
}

/** Reports are only read at the end: long chunks, within the sample ring. */
const REPORT_EVERY_MS = 1000;

/** Trains batches one after another on one thread of this process. @param dataFolder the public/data folder */
export class BatchTrainer {
  readonly #dataFolder: string;
  #runtime: Runtime | null = null;

  constructor(dataFolder: string) {
    this.#dataFolder = dataFolder;
  }

  /** `stepLimit` ends runs early: for measuring what a step costs. */
  async train({ workload: id, options, batch, runs }: RunBatch, stepLimit?: number): Promise<TrainedBatch> {
    this.#runtime ??= openWasmRuntime('command line', null);
    const runtime = this.#runtime;
    const workload = workloadOf(id);
    const training = await Training.prepare({ workload, options, batch, runs }, runtime, fetchFromDisk(this.#dataFolder), () => {});
    try {
      const recorder = new Recorder(training.runs, training.totalSteps, null);
      const { trainingSeconds, evaluationSeconds } = await train({
        training,
        recorder,
        control: new RaceControl(false),
        emit: () => {},
        reportEveryMs: REPORT_EVERY_MS,
        ...(stepLimit === undefined ? {} : { stepLimit }),
      });
      const pick = workload.metrics[0]?.direction === 'higher' ? Math.max : Math.min;
      const seconds = Number(((trainingSeconds + evaluationSeconds) / runs.length).toPrecision(4));
      const outcomes = recorder.results().map(({ evaluations, divergence }): RunOutcome => {
        const values = evaluations.map(({ metrics }) => metrics[0] as number);
        const isSound = divergence === null && values.every(Number.isFinite);
        return {
          best: isSound ? pick(...values) : null,
          last: isSound ? (values.at(-1) as number) : null,
          divergedAt: divergence?.step ?? null,
          backend: runtime.info.adapter,
          seconds,
        };
      });
      return { outcomes, trainingSeconds, evaluationSeconds };
    } finally {
      training.dispose();
    }
  }
}
