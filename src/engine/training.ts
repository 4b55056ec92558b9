import { type ParamLayout, planLayout } from '../kernels/layout.ts';
import { hasEvalPoint, type RowStatus } from '../kernels/optimizer-runner.ts';
import { batchIndices } from '../workloads/batches.ts';
import type { FetchFile, LoadedData, Model, Predictions, WorkloadDefinition, WorkloadOptions } from '../workloads/definition.ts';
import type { Exhibit } from '../workloads/exhibit.ts';
import { optimizerOf } from './catalogue.ts';
import type { RunConfig } from './config.ts';
import { dataBytes } from './data-bytes.ts';
import { RaceError } from './failure.ts';
import { seedFingerprint } from './fingerprint.ts';
import { planNetwork } from './network-plan.ts';
import { isFailure, planRace, type RacePlan } from './plan.ts';
import { joinedProgress } from './progress.ts';
import type { Failure } from './protocol.ts';
import { COMMON_COLUMNS, type EvaluationPoint, type RunInfo, type SeedFingerprint } from './result.ts';
import { evaluationPeriod, rowSpec } from './runs.ts';
import type { Runtime } from './runtime.ts';
import { extractColumns, type SampleColumns, sampleColumns, sampleWidth } from './sample-columns.ts';
import type { BatchIndices, Evaluation, RunPredictions, TrainStep } from './train-step.ts';

/** What is trained: any number of runs on one workload, in lockstep. */
export interface TrainingSpec {
  readonly workload: WorkloadDefinition;
  readonly options: WorkloadOptions;
  readonly batch: number;
  readonly runs: readonly RunConfig[];
}

export type LoadingProgress = (what: 'data' | 'compile', done: number, total: number, unit: 'bytes' | 'kernels') => void;

/** Charts show at most this many points per line, so the distance moved needs no finer observation. */
const OBSERVED_STEPS = 200;

interface Group {
  readonly firstRun: number;
  readonly runs: readonly RunConfig[];
  readonly step: TrainStep;
}

/** Samples of the steps since the last call: per run, (count, columns). */
export interface TrainingSamples {
  readonly firstStep: number;
  readonly count: number;
  readonly runs: readonly Float32Array[];
}

/** One run's evaluation. */
export interface RunEvaluation {
  readonly point: EvaluationPoint;
  /** What the page shows of it, at the point that counts. */
  exhibit(): Exhibit;
}

/** What the runs of each group say of the validation rows, not yet scored; null for groups that were not asked. */
export type GroupPredictions = readonly (Evaluation | null)[];

export type RunStatus = Pick<RowStatus, 'isActive' | 'divergedAt' | 'cause'>;

async function loadData({ workload, options }: TrainingSpec, fetchFile: FetchFile, onProgress: LoadingProgress): Promise<LoadedData> {
  const total = workload.files(options).reduce((sum, { bytes }) => sum + bytes, 0);
  const done = new Map<string, number>();
  const report = (path: string, bytes: number): void => {
    done.set(path, bytes);
    onProgress(
      'data',
      [...done.values()].reduce((sum, value) => sum + value, 0),
      total,
      'bytes',
    );
  };
  onProgress('data', 0, total, 'bytes');
  return workload.load(options, async (path, onFile, expected) => {
    const buffer = await fetchFile(
      path,
      (doneBytes, totalBytes) => {
        report(path, doneBytes);
        onFile?.(doneBytes, totalBytes);
      },
      expected,
    );
    report(path, buffer.byteLength);
    return buffer;
  });
}

function assertFits(plan: RacePlan | Failure): RacePlan {
  if (isFailure(plan)) throw new RaceError(plan);
  return plan;
}

/** Initial parameters of every seed, one array per tensor. */
function initialParameters(model: Model, seeds: readonly number[]): ReadonlyMap<number, readonly Float32Array[]> {
  return new Map(seeds.map((seed) => [seed, model.parameters.map((parameter, index) => parameter.init(seed, index))]));
}

/** Rows of `params` (R, layout.n) at the start, padding zero. */
function initialRows(runs: readonly RunConfig[], initial: ReadonlyMap<number, readonly Float32Array[]>, layout: ParamLayout): Float32Array {
  const rows = new Float32Array(runs.length * layout.n);
  runs.forEach(({ seed }, row) => {
    layout.tensors.forEach(({ offset }, index) => {
      rows.set(initial.get(seed)?.[index] as Float32Array, row * layout.n + offset);
    });
  });
  return rows;
}

/**
 * Runs in training: data, parameters and optimizer state on the device, and the operations a training loop needs.
 * `prepare` loads the data, plans the memory (throws `RaceError` when it does not fit) and builds the groups.
 */
export class Training {
  readonly runs: readonly RunInfo[];
  readonly fingerprints: readonly SeedFingerprint[];
  /** Race steps until the last horizon. */
  readonly totalSteps: number;
  readonly evaluationPeriod: number;
  readonly plan: RacePlan;
  readonly data: LoadedData;
  readonly #spec: TrainingSpec;
  readonly #runtime: Runtime;
  readonly #groups: readonly Group[];
  readonly #model: Model;
  readonly #columns: readonly SampleColumns[];
  readonly #seeds: readonly number[];

  private constructor(parts: {
    readonly spec: TrainingSpec;
    readonly runtime: Runtime;
    readonly data: LoadedData;
    readonly model: Model;
    readonly groups: readonly Group[];
    readonly columns: readonly SampleColumns[];
    readonly runs: readonly RunInfo[];
    readonly seeds: readonly number[];
    readonly fingerprints: readonly SeedFingerprint[];
    readonly totalSteps: number;
    readonly plan: RacePlan;
  }) {
    this.#spec = parts.spec;
    this.#runtime = parts.runtime;
    this.data = parts.data;
    this.#model = parts.model;
    this.#groups = parts.groups;
    this.#columns = parts.columns;
    this.runs = parts.runs;
    this.#seeds = parts.seeds;
    this.fingerprints = parts.fingerprints;
    this.totalSteps = parts.totalSteps;
    this.plan = parts.plan;
    this.evaluationPeriod = evaluationPeriod(parts.spec.workload.maxSteps(parts.spec.options));
  }

  static async prepare(spec: TrainingSpec, runtime: Runtime, fetchFile: FetchFile, onProgress: LoadingProgress): Promise<Training> {
    const { workload, options, batch, runs } = spec;
    const data = await loadData(spec, fetchFile, onProgress);
    const model = await workload.create(options, data);
    const layout = planLayout(model.parameters, runtime.align);
    const totalSteps = Math.max(...runs.map((run) => run.horizonSteps));
    const seeds = [...new Set(runs.map(({ seed }) => seed))];
    const definitions = runs.map(({ racer }) => optimizerOf(racer.optimizer));
    const segments = layout.tensors.length;

    const needsPoints = hasEvalPoint(definitions);
    // Checked first, so that nothing is traced for a network that no device could hold.
    const memory = {
      layout,
      slots: definitions.map(({ program }) => Object.keys(program.slots).length),
      hasEvalPoint: needsPoints,
      sampleWidth: Math.max(...definitions.map((definition, run) => sampleWidth(definition, runs[run]?.racer.hyper ?? {}, segments))),
      seeds: seeds.length,
      totalSteps,
      dataBytes: dataBytes(data),
    };
    assertFits(planRace({ ...memory, trainingBytes: 0, evaluationBytes: 0 }, runtime.limits));
    const network = planNetwork({
      model,
      layout,
      data,
      batch,
      hasDropout: runs.some(({ racer }) => racer.dropout > 0 || racer.auxDropout > 0),
      compiler: runtime.compiler,
      hasEvalPoint: needsPoints,
    });
    const plan = assertFits(planRace({ ...memory, ...network }, runtime.limits));

    const initial = initialParameters(model, seeds);
    const maxSteps = workload.maxSteps(options);
    const fingerprints = seeds.map((seed) =>
      seedFingerprint(seed, initial.get(seed) ?? [], maxSteps, (step) => batchIndices(seed, step, data.trainRows, batch)),
    );
    const observeEvery = Math.max(1, Math.floor(totalSteps / OBSERVED_STEPS));
    const progress = joinedProgress(plan.groups.length, (done, total) => onProgress('compile', done, total, 'kernels'));
    const groups: Group[] = [];
    try {
      for (const [index, { firstRun, runs: count }] of plan.groups.entries()) {
        const members = runs.slice(firstRun, firstRun + count);
        const optimizer = {
          layout,
          rows: members.map((run) => rowSpec(run, optimizerOf(run.racer.optimizer), totalSteps)),
          x0: initialRows(members, initial, layout),
          totalSteps,
        };
        const step = await runtime.createStep({
          network,
          data,
          runs: members,
          optimizer,
          batch,
          observeEvery,
          onProgress: progress(index),
        });
        groups.push({ firstRun, runs: members, step });
      }
    } catch (error) {
      for (const { step } of groups) step.dispose();
      throw error;
    }

    const columns = definitions.map((definition, run) => sampleColumns(definition, runs[run]?.racer.hyper ?? {}, segments));
    const infos = runs.map(({ racer, seed, horizonSteps }, run) => {
      const definition = optimizerOf(racer.optimizer);
      const scalars = sampleWidth(definition, racer.hyper, segments) - COMMON_COLUMNS.length;
      return {
        racerKey: racer.key,
        seed,
        horizonSteps,
        columns: columns[run]?.names ?? [],
        stateBytes: 4 * (Object.keys(definition.program.slots).length * layout.size + scalars),
      };
    });
    return new Training({ spec, runtime, data, model, groups, columns, runs: infos, seeds, fingerprints, totalSteps, plan });
  }

  /** Number of lockstep groups; `step` is called once per group and race step. */
  get groups(): number {
    return this.#groups.length;
  }

  /** Row indices of race step `t` for every seed. */
  batches(t: number): BatchIndices {
    const { batch } = this.#spec;
    return new Map(this.#seeds.map((seed) => [seed, batchIndices(seed, t, this.data.trainRows, batch)]));
  }

  /** Makes race step `t` of one group, as `TrainStep.step`. */
  async step(group: number, t: number, batches: BatchIndices): Promise<void> {
    await this.#groups[group]?.step.step(t, batches);
  }

  /** Fetches the samples of all steps made since the last call, for all runs. Waits for the device. */
  async readSamples(): Promise<TrainingSamples> {
    const perGroup = await Promise.all(this.#groups.map(({ step }) => step.readSamples()));
    const { firstStep, count } = perGroup[0] ?? { firstStep: 0, count: 0 };
    const runs = this.#groups.flatMap(({ firstRun, runs: members }, group) => {
      const samples = perGroup[group];
      if (samples === undefined || samples.count !== count) throw new Error('groups fell out of lockstep');
      return members.map((_, row) => extractColumns(samples, row, members.length, this.#columns[firstRun + row] as SampleColumns));
    });
    return { firstStep, count, runs };
  }

  /** Waits for the device. */
  async status(): Promise<readonly RunStatus[]> {
    return (await Promise.all(this.#groups.map(({ step }) => step.status()))).flat();
  }

  /** What runs say of the validation rows after all steps made so far, for groups with a run that `isWanted`. Waits for the device. */
  async predict(isWanted: (run: number) => boolean): Promise<GroupPredictions> {
    const predictions: (Evaluation | null)[] = [];
    for (const { firstRun, runs, step } of this.#groups) {
      predictions.push(runs.some((_, row) => isWanted(firstRun + row)) ? await step.evaluate() : null);
    }
    return predictions;
  }

  /**
   * What every run says of the validation rows at its current point, scored and to be shown; null for runs that `isWanted` leaves out.
   *
   * @param predicted at this point, where it was asked for before
   */
  async evaluate(
    step: number,
    seconds: number,
    isWanted: (run: number) => boolean,
    predicted = this.predict(isWanted),
  ): Promise<readonly (RunEvaluation | null)[]> {
    const found: (RunEvaluation | null)[] = [];
    for (const [index, evaluation] of (await predicted).entries()) {
      const group = this.#groups[index] as Group;
      const wanted = group.runs.map((_, row) => isWanted(group.firstRun + row));
      const ofRow = (all: RunPredictions | null | undefined, row: number): Predictions | null => {
        const values = all?.[row];
        return values ? { rows: this.data.validationRows, values } : null;
      };
      group.runs.forEach(({ racer }, row) => {
        const predictions = wanted[row] ? ofRow(evaluation?.atPoint, row) : null;
        if (predictions === null) {
          found.push(null);
          return;
        }
        const written = evaluation?.written?.[row];
        const hasOwn = optimizerOf(racer.optimizer).program.evalPoint !== undefined;
        const atParams = hasOwn ? ofRow(evaluation?.atParams, row) : null;
        const point = { step, seconds, metrics: this.#model.score(predictions) };
        found.push({
          point: atParams === null ? point : { ...point, gradientPointMetrics: this.#model.score(atParams) },
          exhibit: () => this.#model.show(written ? { ...predictions, written } : predictions),
        });
      });
    }
    return found;
  }

  get runtime(): Runtime {
    return this.#runtime;
  }

  dispose(): void {
    for (const { step } of this.#groups) step.dispose();
  }
}
