import { vi } from 'vitest';
import type { TrainStep } from '../train-step.ts';

export type Answer = 'samples have come' | 'predictions were asked for';

/** What steps of this class are asked for and answer while `make` runs, in order. */
export async function orderOfAnswers(prototype: TrainStep, make: () => Promise<unknown>): Promise<readonly Answer[]> {
  const order: Answer[] = [];
  const { readSamples, evaluate } = prototype;
  const spies = [
    vi.spyOn(prototype, 'readSamples').mockImplementation(async function (this: TrainStep) {
      const samples = await readSamples.call(this);
      order.push('samples have come');
      return samples;
    }),
    vi.spyOn(prototype, 'evaluate').mockImplementation(function (this: TrainStep) {
      order.push('predictions were asked for');
      return evaluate.call(this);
    }),
  ];
  try {
    await make();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return order;
}
