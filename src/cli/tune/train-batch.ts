import { optimizerOf, workloadOf } from '../../engine/catalogue.ts';
import type { RunConfig } from '../../engine/config.ts';
import { RaceControl } from '../../engine/control.ts';
import { Recorder } from '../../engine/recorder.ts';
import type { Runtime } from '../../engine/runtime.ts';
import { train } from '../../engine/trainer.ts';
import { Training } from '../../engine/training.ts';
import { openWasmRuntime } from '../../engine/wasm-runtime.ts';
import { defaultHyper } from '../../optimizers/definition.ts';
import { fetchFromDisk } from '../../workloads/fetch-from-disk.ts';
import type { NumberedPoint, RunRecord, Study } from './study.ts';

/** Some runs of one study, trained in lockstep as the rows of one batch. */
export interface TuningBatch {
  readonly study: Study;
  readonly rows: readonly { readonly point: NumberedPoint; readonly seed: number }[];
}

export interface TrainedBatch {
  readonly records: readonly RunRecord[];
  readonly trainingSeconds: number;
  readonly evaluationSeconds: number;
}

/** Reports are only read at the end: long chunks, within the sample ring. */
const REPORT_EVERY_MS = 1000;

function runOf(study: Study, { point, seed }: TuningBatch['rows'][number]): RunConfig {
  const { trial, warmup, labelSmoothing, dropout, auxDropout = 0, lr, beta1, beta2, weightDecay } = point;
  return {
    racer: {
      key: String(trial),
      optimizer: study.optimizer,
      hyper: { ...defaultHyper(optimizerOf(study.optimizer)), lr, beta1, beta2, weightDecay },
      labelSmoothing,
      dropout,
      auxDropout,
      schedule: null,
      horizon: null,
      hidden: false,
    },
    seed,
    horizonSteps: study.horizonSteps,
    schedule: { kind: 'cosine', warmup },
  };
}

/** Trains batches one after another on one thread of this process. @param dataFolder the public/data folder */
export class BatchTrainer {
  readonly #dataFolder: string;
  #runtime: Runtime | null = null;

  constructor(dataFolder: string) {
    this.#dataFolder = dataFolder;
  }

  /** `stepLimit` ends runs early: for measuring what a step costs. */
  async train({ study, rows }: TuningBatch, stepLimit?: number): Promise<TrainedBatch> {
    this.#runtime ??= openWasmRuntime('command line', null);
    const runtime = this.#runtime;
    const workload = workloadOf(study.workload);
    const training = await Training.prepare(
      { workload, options: study.options, batch: study.batch, runs: rows.map((row) => runOf(study, row)) },
      runtime,
      fetchFromDisk(this.#dataFolder),
      () => {},
    );
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
      const records = recorder.results().map(({ evaluations, divergence }, row): RunRecord => {
        const { point, seed } = rows[row] as TuningBatch['rows'][number];
        const values = evaluations.map(({ metrics }) => metrics[0] as number);
        const isSound = divergence === null && values.every(Number.isFinite);
        return {
          trial: point.trial,
          seed,
          best: isSound ? pick(...values) : null,
          last: isSound ? (values.at(-1) as number) : null,
          divergedAt: divergence?.step ?? null,
          backend: runtime.info.adapter,
          seconds: Number(((trainingSeconds + evaluationSeconds) / rows.length).toPrecision(4)),
        };
      });
      return { records, trainingSeconds, evaluationSeconds };
    } finally {
      training.dispose();
    }
  }
}
