import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Journal } from './journal.ts';
import { openPool, type PoolRequest, secondsPerRunStep } from './pool.ts';
import { duration, Progress } from './progress.ts';
import type { RunBatch, RunOutcome } from './train-batch.ts';

/** What trains, and what for. */
export interface Training {
  /** Root folder of the repository. */
  readonly root: string;
  readonly workload: string;
  readonly what: 'target' | 'check' | 'compare';
  readonly processes: number;
  readonly isFresh: boolean;
}

/** An interruption loses the runs that are under way: few at a time. */
const MOST_TOGETHER = 8;

/** Some open runs of one batch, to be trained together. */
export interface Part {
  readonly index: number;
  readonly runs: readonly number[];
  readonly request: PoolRequest;
}

interface Trained {
  /** Which batch, and which of its runs. */
  readonly index: number;
  readonly run: number;
  readonly outcome: RunOutcome;
}

const runSteps = (parts: readonly Part[]): number =>
  parts.reduce((sum, { request }) => sum + request.batch.runs.reduce((steps, { horizonSteps }) => steps + horizonSteps, 0), 0);

/** The runs that are still missing, those of each batch spread over the processes. */
export function openParts(
  batches: readonly RunBatch[],
  isDone: (index: number, run: number) => boolean,
  processes: number,
): readonly Part[] {
  return batches.flatMap((batch, index) => {
    const open = batch.runs.flatMap((config, run) => (isDone(index, run) ? [] : [{ config, run }]));
    const size = Math.min(Math.ceil(open.length / processes), MOST_TOGETHER);
    return Array.from({ length: open.length === 0 ? 0 : Math.ceil(open.length / size) }, (_, part) => {
      const together = open.slice(part * size, (part + 1) * size);
      return {
        index,
        runs: together.map(({ run }) => run),
        request: { batch: { ...batch, runs: together.map(({ config }) => config) } },
      };
    });
  });
}

/**
 * Trains every batch, its runs spread over the processes, after saying what it costs. Interrupted, the same call goes on where it stopped:
 * a journal keeps every run until all are there.
 * @returns outcomes of each batch, in the order of its runs
 */
export async function trainAll(
  { root, workload, what, processes, isFresh }: Training,
  batches: readonly RunBatch[],
): Promise<readonly (readonly RunOutcome[])[]> {
  const name = createHash('sha256').update(JSON.stringify(batches)).digest('hex').slice(0, 12);
  const journal = new Journal<Trained>(join(root, '.cache/tune', workload, `${what}-${name}.jsonl`), { what, batches }, isFresh);
  const isDone = (index: number, run: number): boolean => journal.records.some((done) => done.index === index && done.run === run);
  const parts = openParts(batches, isDone, processes);
  const [first] = parts;
  if (first !== undefined) {
    const used = Math.min(processes, parts.length);
    const pool = openPool(root, used);
    try {
      const seconds = ((await secondsPerRunStep(pool, first.request.batch)) * runSteps(parts)) / used;
      const count = parts.reduce((sum, { runs }) => sum + runs.length, 0);
      const before = journal.records.length === 0 ? '' : ` (${journal.records.length} are there from before)`;
      console.log(
        `${workload}: ${count} runs${before}, ${runSteps(parts).toLocaleString('en')} run-steps; about ${duration(seconds)} with ${used} processes.`,
      );
      const progress = new Progress(runSteps(parts));
      await pool.run(
        parts.map(({ request }) => request),
        ({ outcomes }, request) => {
          const part = parts.find((entry) => entry.request === request) as Part;
          journal.add(outcomes.map((outcome, k) => ({ index: part.index, run: part.runs[k] as number, outcome })));
          progress.add(runSteps([part]));
        },
      );
      progress.end();
    } finally {
      pool.close();
    }
  }
  const results = batches.map(({ runs }) => new Array<RunOutcome>(runs.length));
  for (const { index, run, outcome } of journal.records) (results[index] as RunOutcome[])[run] = outcome;
  journal.remove();
  return results;
}
