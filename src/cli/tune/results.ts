import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TunedRecord } from '../../engine/tuned.ts';
import type { WorkloadDefinition } from '../../workloads/definition.ts';
import { SEARCH_SEED, SEARCH_SPACE, type TuningPoint } from './search-space.ts';
import { rankTrials } from './select.ts';
import { type NumberedPoint, type RunRecord, type Study, studyName } from './study.ts';

/** A finished search as it is committed: every trial with the values of all its seeds. */
export interface StudyResult {
  readonly format: 1;
  readonly study: Study;
  readonly metric: string;
  readonly space: typeof SEARCH_SPACE;
  readonly searchSeed: number;
  /** What the runs were made on; trials name it by index. */
  readonly backends: readonly string[];
  readonly best: { readonly trial: number; readonly score: number };
  /** What the search took on one core. */
  readonly seconds: number;
  readonly trials: readonly (TuningPoint & {
    /** Best validation value per seed, in the order of `study.seeds`; null where the run diverged. */
    readonly best: readonly (number | null)[];
    readonly last: readonly (number | null)[];
    readonly divergedAt: readonly (number | null)[];
    readonly backend: readonly number[];
  })[];
}

/** Validation values are float32: seven digits say all. */
export const short = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(7)));

/** @param workloadsFolder src/workloads */
export function tuningFolder(workloadsFolder: string, workload: string): string {
  return join(workloadsFolder, workload, 'tuning');
}

export function studyResult(
  study: Study,
  workload: WorkloadDefinition,
  points: readonly NumberedPoint[],
  records: readonly RunRecord[],
): StudyResult {
  const metric = workload.metrics[0];
  if (metric === undefined) throw new Error(`workload ${workload.id} has no metric`);
  const [best] = rankTrials(records, study.trials, study.seeds, metric.direction);
  if (best === undefined || !Number.isFinite(best.score)) throw new Error(`every trial of ${studyName(study)} diverged`);
  const backends = [...new Set(records.map(({ backend }) => backend))].sort();
  const byRun = new Map(records.map((record) => [`${record.trial} ${record.seed}`, record]));
  return {
    format: 1,
    study,
    metric: metric.id,
    space: SEARCH_SPACE,
    searchSeed: SEARCH_SEED,
    backends,
    best: { trial: best.trial, score: Number(best.score.toPrecision(7)) },
    seconds: Math.round(records.reduce((sum, { seconds }) => sum + seconds, 0)),
    trials: points.map(({ trial, ...point }) => {
      const runs = study.seeds.map((seed) => byRun.get(`${trial} ${seed}`) as RunRecord);
      return {
        ...point,
        best: runs.map((run) => short(run.best)),
        last: runs.map((run) => short(run.last)),
        divergedAt: runs.map((run) => run.divergedAt),
        backend: runs.map((run) => backends.indexOf(run.backend)),
      };
    }),
  };
}

/** One line per trial: readable differences, small files. */
export function writeStudy(folder: string, result: StudyResult): string {
  mkdirSync(folder, { recursive: true });
  const { trials, ...head } = result;
  const lines = trials.map((trial) => JSON.stringify(trial)).join(',\n');
  const path = join(folder, `${studyName(result.study)}.json`);
  writeFileSync(path, `${JSON.stringify(head).slice(0, -1)},"trials":[\n${lines}\n]}\n`);
  return path;
}

/** A study's committed result, or null. */
export function readStudy(folder: string, study: Pick<Study, 'options' | 'optimizer' | 'horizon'>): StudyResult | null {
  const path = join(folder, `${studyName(study)}.json`);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as StudyResult) : null;
}

/** The best point of a study. */
export function bestPoint({ study, best: { trial }, trials }: StudyResult): NumberedPoint {
  const found = trials[trial];
  if (found === undefined) throw new Error(`${studyName(study)} has no trial ${trial}`);
  const { lr, beta1, beta2, weightDecay, warmup, labelSmoothing, dropout, auxDropout } = found;
  return { trial, lr, beta1, beta2, weightDecay, warmup, labelSmoothing, dropout, ...(auxDropout === undefined ? {} : { auxDropout }) };
}

/** The best point of a study as the page needs it. */
export function tunedRecord(result: StudyResult): TunedRecord {
  const { study, best } = result;
  const { lr, beta1, beta2, weightDecay, warmup, labelSmoothing, dropout, auxDropout } = bestPoint(result);
  return {
    options: study.options,
    optimizer: study.optimizer,
    horizon: study.horizon,
    horizonSteps: study.horizonSteps,
    batch: study.batch,
    trials: study.trials,
    seeds: study.seeds.length,
    score: best.score,
    hyper: { lr, beta1, beta2, weightDecay },
    warmup,
    labelSmoothing,
    dropout,
    ...(auxDropout === undefined ? {} : { auxDropout }),
  };
}

/** Rewrites a workload's `tuned.json` from all of its committed studies. Returns its records. */
export function writeTunedTable(workloadsFolder: string, workload: string): readonly TunedRecord[] {
  const folder = tuningFolder(workloadsFolder, workload);
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
  const records = files.sort().map((file) => tunedRecord(JSON.parse(readFileSync(join(folder, file), 'utf8')) as StudyResult));
  writeFileSync(
    join(workloadsFolder, workload, 'tuned.json'),
    records.length === 0 ? '[]\n' : `[\n${records.map((record) => `  ${JSON.stringify(record)}`).join(',\n')}\n]\n`,
  );
  return records;
}

/** Adds one entry to a table of a workload, e.g. `targets.json`, filed under its options. */
export function writeEntry(workloadsFolder: string, workload: string, file: string, key: string, entry: object): void {
  const path = join(workloadsFolder, workload, file);
  const known = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>) : {};
  const entries = Object.entries({ ...known, [key]: entry }).sort(([a], [b]) => a.localeCompare(b));
  writeFileSync(path, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
}
