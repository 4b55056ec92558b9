import { requestDevice } from '../../kernels/gpu-device.ts';
import type { CompiledId, ContenderId } from '../contenders.ts';
import type { CheckedSteps } from '../protocol.ts';
import { RemoteTrainer, remoteDispatches, remoteRates, remoteWorkload } from '../remote-trainer.ts';
import type { DispatchCount, Rates } from '../report.ts';
import type { Sample } from '../sampling.ts';
import type { TrainerFacts, TrainingCase } from '../trainer.ts';
import type { WorkloadSteps } from '../workload-steps.ts';

/** What the command drives: trainings in workers of this page, by number. */
export interface BenchPage {
  open(contender: ContenderId, on: TrainingCase): Promise<{ id: number; place: string; facts: TrainerFacts | null; openMs: number }>;
  losses(id: number, steps: number): Promise<CheckedSteps>;
  sample(id: number, minMs: number): Promise<Sample>;
  advance(id: number, steps: number): Promise<number>;
  close(id: number): Promise<void>;
  /** The GPU as the browser names it. */
  adapterName(): Promise<string>;
  dispatches(): Promise<readonly DispatchCount[]>;
  rates(of: CompiledId): Promise<Rates>;
  workload(id: string, runs: number, of: CompiledId): Promise<WorkloadSteps>;
}

declare global {
  interface Window {
    freestepBench: BenchPage;
  }
}

const trainers: RemoteTrainer[] = [];

const startWorker = (): Worker => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

function trainer(id: number): RemoteTrainer {
  const found = trainers[id];
  if (found === undefined) throw new Error(`there is no training ${id}`);
  return found;
}

window.freestepBench = {
  async open(contender, on) {
    const opened = await RemoteTrainer.open(startWorker(), contender, on);
    const { place, facts, openMs } = opened;
    return { id: trainers.push(opened) - 1, place, facts, openMs };
  },
  losses: (id, steps) => trainer(id).losses(steps),
  sample: (id, minMs) => trainer(id).sample(minMs),
  advance: (id, steps) => trainer(id).advance(steps),
  close: (id) => trainer(id).close(),
  async adapterName() {
    const granted = await requestDevice();
    if (!granted.ok) throw new Error(granted.message);
    granted.device.destroy();
    return granted.adapterName;
  },
  dispatches: () => remoteDispatches(startWorker()),
  rates: (of) => remoteRates(startWorker(), of),
  workload: (id, runs, of) => remoteWorkload(startWorker(), id, runs, of, new URL('data/', location.href).href),
};
