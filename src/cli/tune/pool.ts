import { type ChildProcess, fork } from 'node:child_process';
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
