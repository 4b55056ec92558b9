import { join } from 'node:path';
import { workloadOf } from '../../engine/catalogue.ts';
import type { TuneArguments } from './arguments.ts';
import { Journal } from './journal.ts';
import { openPool, type PoolRequest, secondsPerRunStep } from './pool.ts';
import { duration, Progress } from './progress.ts';
import { readStudy, type StudyResult, studyResult, tuningFolder, writeStudy, writeTunedTable } from './results.ts';
import { SEARCH_SEED, SEARCH_SPACE, searchPoints } from './search-space.ts';
import { createStudy, FIRST_TUNING_SEED, type NumberedPoint, type RunRecord, runAt, type Study, seedsFrom, studyName } from './study.ts';
import type { RunBatch } from './train-batch.ts';

/** Some runs of one study that are trained together. */
export interface TuningBatch {
  readonly study: Study;
  readonly rows: readonly { readonly point: NumberedPoint; readonly seed: number }[];
}

/** What a process is asked to train. */
export const runBatch = ({ study, rows }: TuningBatch): RunBatch => ({
  workload: study.workload,
  options: study.options,
  batch: study.batch,
  runs: rows.map(({ point, seed }) => runAt(study, point, seed)),
});

interface PendingStudy {
  readonly study: Study;
  readonly points: readonly NumberedPoint[];
  readonly journal: Journal<RunRecord>;
  readonly batches: readonly TuningBatch[];
}

function numbered(study: Study): readonly NumberedPoint[] {
  return searchPoints(study.trials, workloadOf(study.workload)).map((point, trial) => ({ ...point, trial }));
}

/**
 * The runs that are still missing, in batches: rows of a batch share a seed, so that one copy of the data serves them all,
 * and whether they use dropout, so that those without draw no random numbers.
 */
export function planBatches(
  study: Study,
  points: readonly NumberedPoint[],
  isDone: (trial: number, seed: number) => boolean,
  rows: number,
): readonly TuningBatch[] {
  return study.seeds.flatMap((seed) =>
    [false, true].flatMap((hasDropout) => {
      const open = points.filter(
        ({ trial, dropout, auxDropout = 0 }) => (dropout > 0 || auxDropout > 0) === hasDropout && !isDone(trial, seed),
      );
      const count = Math.ceil(open.length / rows);
      const size = Math.ceil(open.length / Math.max(count, 1));
      return Array.from({ length: count }, (_, index) => ({
        study,
        rows: open.slice(index * size, (index + 1) * size).map((point) => ({ point, seed })),
      }));
    }),
  );
}

function isSameStudy(result: StudyResult, study: Study): boolean {
  return JSON.stringify(result.study) === JSON.stringify(study);
}

/** A search of the same settings that tried more is not replaced by a smaller one. */
function isLarger({ study: done }: StudyResult, study: Study): boolean {
  const isComparable = done.batch === study.batch && done.horizonSteps === study.horizonSteps;
  return isComparable && done.trials * done.seeds.length > study.trials * study.seeds.length;
}

const runSteps = (batches: readonly TuningBatch[]): number =>
  batches.reduce((sum, { study, rows }) => sum + study.horizonSteps * rows.length, 0);

/** All searches asked for, in turn over one pool of processes. Writes each result as soon as its last run is there. */
export async function runSearches(parsed: TuneArguments, root: string): Promise<void> {
  const { workload, trials, batch, rows, processes, isFresh } = parsed;
  const workloadsFolder = join(root, 'src/workloads');
  const folder = tuningFolder(workloadsFolder, workload.id);
  const seeds = seedsFrom(FIRST_TUNING_SEED, parsed.seeds);
  const studies = parsed.options.flatMap((options) =>
    parsed.horizons.flatMap((horizon) =>
      parsed.optimizers.map((optimizer) => createStudy(workload, { options, optimizer, horizon, trials, seeds, batch })),
    ),
  );
  const pending: PendingStudy[] = [];
  for (const study of studies) {
    const committed = readStudy(folder, study);
    if (committed !== null && !isFresh && (isSameStudy(committed, study) || isLarger(committed, study))) {
      const { best } = committed;
      const size = `${committed.study.trials} x ${committed.study.seeds.length}`;
      console.log(`${studyName(study)}: done already with ${size} runs, best ${best.score} (trial ${best.trial}). --fresh repeats it.`);
      continue;
    }
    const size = `${trials}x${seeds.length}${batch === null ? '' : `-batch${batch}`}`;
    const journal = new Journal<RunRecord>(
      join(root, '.cache/tune', workload.id, `${studyName(study)}-${size}.jsonl`),
      { study, space: SEARCH_SPACE, searchSeed: SEARCH_SEED },
      isFresh,
    );
    const isDone = (trial: number, seed: number): boolean =>
      journal.records.some((record) => record.trial === trial && record.seed === seed);
    const points = numbered(study);
    const batches = planBatches(study, points, isDone, rows);
    pending.push({ study, points, journal, batches });
  }
  if (pending.length === 0) return;

  const pool = openPool(root, processes);
  try {
    const perOptions = new Map<string, number>();
    let estimate = 0;
    for (const { study, batches } of pending) {
      const first = batches[0];
      if (first === undefined) continue;
      const key = JSON.stringify(study.options);
      const cost = perOptions.get(key) ?? (await secondsPerRunStep(pool, runBatch(first)));
      perOptions.set(key, cost);
      estimate += (cost * runSteps(batches)) / processes;
    }
    const all = pending.flatMap(({ batches }) => batches);
    const runs = all.reduce((sum, { rows: members }) => sum + members.length, 0);
    console.log(
      `${workload.id}: ${pending.length} searches, ${runs} runs, ${runSteps(all).toLocaleString('en')} run-steps in ${all.length} batches; about ${duration(estimate)} with ${processes} processes.`,
    );
    const progress = new Progress(runSteps(all));
    const owners = new Map(pending.flatMap((owner) => owner.batches.map((member) => [member, owner] as const)));
    const finish = (owner: PendingStudy): void => {
      const { study, points, journal } = owner;
      const result = studyResult(study, workload, points, journal.records);
      writeStudy(folder, result);
      writeTunedTable(workloadsFolder, workload.id);
      const { lr } = points[result.best.trial] as NumberedPoint;
      progress.line(`${studyName(study)}: best ${result.best.score} (trial ${result.best.trial}, lr ${lr})`);
    };
    const isComplete = ({ study, journal }: PendingStudy): boolean => journal.records.length === study.trials * study.seeds.length;
    for (const owner of pending) if (isComplete(owner)) finish(owner);
    const requests = new Map(all.map((member) => [{ batch: runBatch(member) } as PoolRequest, member] as const));
    await pool.run([...requests.keys()], ({ outcomes }, request) => {
      const member = requests.get(request) as TuningBatch;
      const owner = owners.get(member) as PendingStudy;
      owner.journal.add(
        outcomes.map((outcome, row) => {
          const { point, seed } = member.rows[row] as TuningBatch['rows'][number];
          return { trial: point.trial, seed, ...outcome };
        }),
      );
      progress.add(runSteps([member]));
      if (isComplete(owner)) finish(owner);
    });
    progress.end();
  } finally {
    pool.close();
  }
}
