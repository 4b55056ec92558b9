import { type HelperThread, type ThreadJob, Threads } from './threads.ts';

/** More threads than this gain little: every step waits for the slowest one. */
const MOST_THREADS = 8;

/** A nested worker of this worker. Resolves once it runs: starting it may need this thread, which later waits for it. */
function spawn(): Promise<HelperThread> {
  const worker = new Worker(new URL('./page-thread.mjs', import.meta.url), { type: 'module' });
  const answer = (): Promise<void> =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<string | null>) => (data === null ? resolve() : reject(new Error(data)));
      worker.onerror = ({ message }) => reject(new Error(`A thread did not start: ${message}`));
    });
  const attach = (job: ThreadJob): Promise<void> => {
    const attached = answer();
    worker.postMessage(job);
    return attached;
  };
  return answer().then(() => ({ attach, terminate: () => worker.terminate() }));
}

/** Threads of a page whose workers may share memory; null where they may not (no isolation headers) or there is one core only. */
export function pageThreads(): Threads | null {
  const count = Math.min(navigator.hardwareConcurrency, MOST_THREADS);
  return globalThis.crossOriginIsolated && count > 1 ? new Threads(count, spawn) : null;
}
