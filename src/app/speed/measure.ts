import { type Bar, barsOf } from '../../bench/bars.ts';
import { COMPILED, type ContenderId, PRODUCT } from '../../bench/contenders.ts';
import { measureCase, type OpenRemote } from '../../bench/measure-case.ts';
import { RemoteTrainer } from '../../bench/remote-trainer.ts';
import type { CaseResult } from '../../bench/results.ts';
import { NETWORKS } from '../../engine/testing/networks/specs.ts';

/** What has been measured so far; the tables grow case by case. */
export interface SpeedReport {
  readonly cases: readonly CaseResult[];
  readonly bars: readonly Bar[];
}

const RUNS = [1, 8] as const;
/** As many as a table of medians and quartiles needs. */
const ROUNDS = 7;

/** Thrown out of a measurement that was stopped. */
export class StoppedError extends Error {}

/**
 * Measures the compiled training steps of four networks on this machine, each in workers of their own.
 * Resolves when all is measured; rejects with StoppedError once `signal` is aborted, which ends the workers.
 */
export async function measureSpeed(
  signal: AbortSignal,
  onProgress: (what: string) => void,
  onReport: (report: SpeedReport) => void,
): Promise<void> {
  const workers = new Set<Worker>();
  const startWorker = (): Worker => {
    if (signal.aborted) throw new StoppedError();
    const worker = new Worker(new URL('../../bench/worker.ts', import.meta.url), { type: 'module', name: 'freestep-speed' });
    workers.add(worker);
    return worker;
  };
  const open: OpenRemote = (contender, on) => RemoteTrainer.open(startWorker(), contender, on);
  const isStopped = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      for (const worker of workers) worker.terminate();
      reject(new StoppedError());
    });
  });
  const measure = async (): Promise<void> => {
    const cases: CaseResult[] = [];
    const report = (): void => onReport({ cases: [...cases], bars: barsOf({ cases, dispatches: [], growth: [] }) });
    for (const network of NETWORKS) {
      for (const runs of RUNS) {
        const on = { network, runs };
        const contenders: readonly ContenderId[] = network.sizes.kind === 'mlp' ? [...COMPILED, PRODUCT] : COMPILED;
        cases.push(await measureCase(open, on, { contenders, isolation: [crossOriginIsolated], rounds: ROUNDS }, onProgress));
        report();
      }
    }
  };
  await Promise.race([measure(), isStopped]);
}
