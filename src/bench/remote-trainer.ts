import type { ContenderId } from './contenders.ts';
import type { BenchAnswer, BenchRequest } from './protocol.ts';
import type { Sample } from './sampling.ts';
import type { TrainerFacts, TrainingCase } from './trainer.ts';

type AnswerOf<Type extends BenchAnswer['type']> = Extract<BenchAnswer, { type: Type }>;

/** A training in a worker of its own, seen from the page. Every method waits for the worker; errors of the worker are thrown here. */
export class RemoteTrainer {
  readonly #worker: Worker;
  #place = '';
  #facts: TrainerFacts | null = null;
  #openMs = 0;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  static async open(worker: Worker, contender: ContenderId, on: TrainingCase, wasmFolder: string): Promise<RemoteTrainer> {
    const trainer = new RemoteTrainer(worker);
    try {
      const { place, facts, openMs } = await trainer.#ask({ type: 'open', contender, on, wasmFolder }, 'opened');
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

  /** Makes `steps` steps and returns every run's loss at the last one. */
  async losses(steps: number): Promise<readonly number[]> {
    return (await this.#ask({ type: 'losses', steps }, 'losses')).losses;
  }

  async sample(minMs: number): Promise<Sample> {
    return (await this.#ask({ type: 'sample', minMs }, 'sampled')).sample;
  }

  async advance(steps: number): Promise<void> {
    await this.#ask({ type: 'advance', steps }, 'advanced');
  }

  async close(): Promise<void> {
    await this.#ask({ type: 'close' }, 'closed');
    this.#worker.terminate();
  }

  #ask<Type extends BenchAnswer['type']>(request: BenchRequest, expected: Type): Promise<AnswerOf<Type>> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }: MessageEvent<BenchAnswer>) => {
        if (data.type === expected) resolve(data as AnswerOf<Type>);
        else reject(new Error(data.type === 'failed' ? data.message : `the worker answered "${data.type}" to "${request.type}"`));
      };
      this.#worker.onerror = (event) => reject(new Error(`the worker failed: ${event.message}`));
      this.#worker.postMessage(request);
    });
  }
}
