import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { RunBatch, TrainedBatch } from './train-batch.ts';

/** What a child process is sent and answers. */
export interface PoolRequest {
  readonly batch: RunBatch;
  readonly stepLimit?: number;
}
export type PoolReply = { readonly ok: true; readonly trained: TrainedBatch } | { readonly ok: false; readonly message: string };

/** Trains batches in child processes, one batch per process at a time. */
export class ProcessPool {
  readonly #children: readonly ChildProcess[];

  /** @param script the command line entry, @param args what makes it a pool worker */
  constructor(processes: number, script: string, args: readonly string[]) {
    this.#children = Array.from({ length: processes }, () => fork(script, [...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  }

  /** Works through the requests in order; `onDone` is called as each finishes. Rejects with the first failure. */
  async run(requests: readonly PoolRequest[], onDone: (trained: TrainedBatch, request: PoolRequest) => void): Promise<void> {
    let next = 0;
    const work = async (child: ChildProcess): Promise<void> => {
      for (;;) {
        const request = requests[next++];
        if (request === undefined) return;
        onDone(await ask(child, request), request);
      }
    };
    await Promise.all(this.#children.map(work));
  }

  close(): void {
    for (const child of this.#children) child.disconnect();
  }
}

/** Processes of this program that train. @param root the repository's */
export function openPool(root: string, processes: number): ProcessPool {
  return new ProcessPool(processes, join(root, 'scripts/cli.mjs'), ['tune', '--pool-worker']);
}

/** Steps of the run that measures what a step costs. */
const COST_STEPS = 20;

/** Seconds of one process for one run-step, measured with a short training of the batch. */
export async function secondsPerRunStep(pool: ProcessPool, batch: RunBatch): Promise<number> {
  let seconds = 0;
  const limited: PoolRequest = { batch, stepLimit: COST_STEPS };
  // Twice: the first one loads the backend and the data.
  await pool.run([limited], () => {});
  await pool.run([limited], (trained) => {
    seconds = trained.trainingSeconds + trained.evaluationSeconds;
  });
  return seconds / batch.runs.reduce((steps, { horizonSteps }) => steps + Math.min(COST_STEPS, horizonSteps), 0);
}

function ask(child: ChildProcess, request: PoolRequest): Promise<TrainedBatch> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`a tuning process ended with code ${code}`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      const reply = message as PoolReply;
      if (reply.ok) resolve(reply.trained);
      else reject(new Error(reply.message));
    });
    child.send(request);
  });
}
