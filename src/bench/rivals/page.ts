import type { ContenderId } from '../contenders.ts';
import { RemoteTrainer } from '../remote-trainer.ts';
import type { Sample } from '../sampling.ts';
import type { TrainerFacts, TrainingCase } from '../trainer.ts';

/** What the command drives: trainings in workers of this page, by number. */
export interface BenchPage {
  open(contender: ContenderId, on: TrainingCase): Promise<{ id: number; place: string; facts: TrainerFacts | null; openMs: number }>;
  losses(id: number, steps: number): Promise<readonly number[]>;
  sample(id: number, minMs: number): Promise<Sample>;
  close(id: number): Promise<void>;
}

declare global {
  interface Window {
    freestepBench: BenchPage;
  }
}

const trainers: RemoteTrainer[] = [];
const wasmFolder = new URL('wasm/', location.href).href;

function trainer(id: number): RemoteTrainer {
  const found = trainers[id];
  if (found === undefined) throw new Error(`there is no training ${id}`);
  return found;
}

window.freestepBench = {
  async open(contender, on) {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    const opened = await RemoteTrainer.open(worker, contender, on, wasmFolder);
    const { place, facts, openMs } = opened;
    return { id: trainers.push(opened) - 1, place, facts, openMs };
  },
  losses: (id, steps) => trainer(id).losses(steps),
  sample: (id, minMs) => trainer(id).sample(minMs),
  close: (id) => trainer(id).close(),
};
