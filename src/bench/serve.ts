import type { ContenderId } from './contenders.ts';
import { dispatchCount, heldBytes } from './meter.ts';
import type { BenchAnswer, BenchRequest } from './protocol.ts';
import { Sampler } from './sampling.ts';
import type { Trainer, TrainingCase } from './trainer.ts';

export type OpenTrainer = (contender: ContenderId, on: TrainingCase) => Promise<Trainer>;

/** The part of a worker's global scope that is used. */
interface Scope {
  onmessage: ((event: MessageEvent<BenchRequest>) => void) | null;
  postMessage(answer: BenchAnswer): void;
}

/** Answers a page's requests, one at a time, about the one training that `open` opens. */
export function serveBench(scope: Scope, open: OpenTrainer): void {
  let trainer: Trainer | null = null;
  let sampler: Sampler | null = null;
  const opened = (): Trainer => {
    if (trainer === null) throw new Error('no training is open');
    return trainer;
  };
  const answer = async (request: BenchRequest): Promise<BenchAnswer> => {
    switch (request.type) {
      case 'open': {
        const start = performance.now();
        trainer = await open(request.contender, request.on);
        sampler = new Sampler(trainer);
        return { type: 'opened', place: trainer.place, facts: trainer.facts, openMs: performance.now() - start };
      }
      case 'losses': {
        const before = dispatchCount();
        await opened().advance(request.steps);
        const dispatches = (dispatchCount() - before) / request.steps;
        return { type: 'losses', losses: await opened().losses(), use: { dispatches, heldBytes: heldBytes() } };
      }
      case 'sample':
        if (sampler === null) throw new Error('no training is open');
        return { type: 'sampled', sample: await sampler.sample(request.minMs) };
      case 'advance':
        await opened().advance(request.steps);
        return { type: 'advanced', heldBytes: heldBytes() };
      case 'rates':
        return { type: 'rated', rates: await (await import('./rates/measure-rates.ts')).measureRates(request.of) };
      case 'dispatches':
        return { type: 'counted', dispatches: await (await import('./dispatch-counts.ts')).countDispatches() };
      case 'workload': {
        const { id, runs, of, dataUrl } = request;
        const { measureWorkload } = await import('./workload-steps.ts');
        return { type: 'workloadMeasured', steps: await measureWorkload(id, runs, of, dataUrl) };
      }
      case 'close':
        opened().dispose();
        return { type: 'closed' };
      default:
        return request satisfies never;
    }
  };
  let queue: Promise<void> = Promise.resolve();
  scope.onmessage = ({ data }) => {
    queue = queue
      .then(() => answer(data))
      .catch((error: unknown): BenchAnswer => ({ type: 'failed', message: error instanceof Error ? error.message : String(error) }))
      .then((reply) => scope.postMessage(reply));
  };
}
