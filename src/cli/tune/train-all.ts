import type { PoolRequest } from './pool.ts';
import { openPool } from './search.ts';
import type { RunBatch, RunOutcome } from './train-batch.ts';

/** Trains every batch, its runs spread over the processes. @returns outcomes of each batch, in the order of its runs */
export async function trainAll(root: string, processes: number, batches: readonly RunBatch[]): Promise<readonly (readonly RunOutcome[])[]> {
  const results = batches.map(({ runs }) => new Array<RunOutcome>(runs.length));
  const requests = batches.flatMap((batch, index) => {
    const size = Math.ceil(batch.runs.length / processes);
    return Array.from({ length: Math.ceil(batch.runs.length / size) }, (_, part) => {
      const request: PoolRequest = { batch: { ...batch, runs: batch.runs.slice(part * size, (part + 1) * size) } };
      return { request, index, first: part * size };
    });
  });
  const pool = openPool(root, Math.min(processes, requests.length));
  try {
    await pool.run(
      requests.map(({ request }) => request),
      ({ outcomes }, request) => {
        const { index, first } = requests.find((entry) => entry.request === request) as (typeof requests)[number];
        outcomes.forEach((outcome, run) => {
          (results[index] as RunOutcome[])[first + run] = outcome;
        });
      },
    );
  } finally {
    pool.close();
  }
  return results;
}
