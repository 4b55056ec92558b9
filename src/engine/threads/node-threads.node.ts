import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type HelperThread, type ThreadJob, Threads } from './threads.ts';

function spawn(): Promise<HelperThread> {
  const worker = new Worker(new URL('./thread.node.mjs', import.meta.url));
  // An idle helper must not keep the process alive.
  worker.unref();
  const answer = (): Promise<void> =>
    new Promise((resolve, reject) => {
      worker.once('message', (problem: string | null) => (problem === null ? resolve() : reject(new Error(problem))));
      worker.once('error', reject);
    });
  const attach = (job: ThreadJob): Promise<void> => {
    const attached = answer();
    worker.postMessage(job);
    return attached;
  };
  return answer().then(() => ({ attach, terminate: () => void worker.terminate() }));
}

/**
 * Threads of a Node process; null where one is all there is.
 * @param count threads, this one included; by default one per core
 * @param operationsPerThread work that a thread is worth, if not the usual
 */
export function nodeThreads(count: number = availableParallelism(), operationsPerThread?: number): Threads | null {
  return count > 1 ? new Threads(count, spawn, operationsPerThread) : null;
}
