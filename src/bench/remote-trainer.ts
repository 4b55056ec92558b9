import type { CompiledId, ContenderId } from './contenders.ts';
import type { BenchAnswer, BenchRequest, CheckedSteps } from './protocol.ts';
import type { DispatchCount, Rates } from './report.ts';
import type { Sample } from './sampling.ts';
import type { TrainerFacts, TrainingCase } from './trainer.ts';
import type { WorkloadSteps } from './workload-steps.ts';

type AnswerOf<Type extends BenchAnswer['type']> = Extract<BenchAnswer, { type: Type }>;

/** Sends one request to a worker that has none under way. Rejects with the worker's error. */
function ask<Type extends BenchAnswer['type']>(worker: Worker, request: BenchRequest, expected: Type): Promise<AnswerOf<Type>> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<BenchAnswer>) => {
      if (data.type === expected) resolve(data as AnswerOf<Type>);
      else reject(new Error(data.type === 'failed' ? data.message : `the worker answered "${data.type}" to "${request.type}"`));
    };
    worker.onerror = (event) => reject(new Error(`the worker failed: ${event.message}`));
    worker.postMessage(request);
  });
}

/** Measures a bare product and a copy in a worker, which is ended afterwards. */
export async function remoteRates(worker: Worker, of: CompiledId): Promise<Rates> {
  try {
    return (await ask(worker, { type: 'rates', of }, 'rated')).rates;
  } finally {
    worker.terminate();
  }
}

/** Measures the training steps of a workload in a worker, which is ended afterwards. */
export async function remoteWorkload(worker: Worker, id: string, runs: number, of: CompiledId, dataUrl: string): Promise<WorkloadSteps> {
  try {
    return (await ask(worker, { type: 'workload', id, runs, of, dataUrl }, 'workloadMeasured')).steps;
  } finally {
    worker.terminate();
  }
}

/** Counts dispatches in a worker, which is ended afterwards. */
export async function remoteDispatches(worker: Worker): Promise<readonly DispatchCount[]> {
  try {
    return (await ask(worker, { type: 'dispatches' }, 'counted')).dispatches;
  } finally {
    worker.terminate();
  }
}

/** A training in a worker of its own, seen from the page. Every method waits for the worker; errors of the worker are thrown here. */
export class RemoteTrainer {
  readonly #worker: Worker;
  #place = '';
  #facts: TrainerFacts | null = null;
  #openMs = 0;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  static async open(worker: Worker, contender: ContenderId, on: TrainingCase): Promise<RemoteTrainer> {
    const trainer = new RemoteTrainer(worker);
    try {
      const { place, facts, openMs } = await ask(worker, { type: 'open', contender, on }, 'opened');
      trainer.#place = place;
      trainer.#facts = facts;
      trainer.#openMs = openMs;
      return trainer;
    } catch (error) {
      worker.terminate();
      throw error;
    }
  }

  get place(): string {
    return this.#place;
  }

  get facts(): TrainerFacts | null {
    return this.#facts;
  }

  /** Loading the network's data, compiling and everything else before the first step, ms. */
  get openMs(): number {
    return this.#openMs;
  }

  /** Makes `steps` steps and returns every run's loss at the last one, and what the steps did with the device. */
  losses(steps: number): Promise<CheckedSteps> {
    return ask(this.#worker, { type: 'losses', steps }, 'losses');
  }

  async sample(minMs: number): Promise<Sample> {
    return (await ask(this.#worker, { type: 'sample', minMs }, 'sampled')).sample;
  }

  /** Makes `steps` steps and returns the memory held after them, bytes. */
  async advance(steps: number): Promise<number> {
    return (await ask(this.#worker, { type: 'advance', steps }, 'advanced')).heldBytes;
  }

  async close(): Promise<void> {
    await ask(this.#worker, { type: 'close' }, 'closed');
    this.#worker.terminate();
  }
}
