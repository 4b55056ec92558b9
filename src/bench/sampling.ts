import type { Trainer } from './trainer.ts';

/** One measurement of some consecutive steps. */
export interface Sample {
  readonly steps: number;
  /** Wall time per step until the device had finished, ms. */
  readonly stepMs: number;
  /** The host's own time per step, ms. */
  readonly hostMs: number;
}

/** Chooses how many steps one sample takes, so that it lasts at least `minMs`, and measures it. */
export class Sampler {
  readonly #trainer: Pick<Trainer, 'advance'>;
  #steps = 1;

  constructor(trainer: Pick<Trainer, 'advance'>) {
    this.#trainer = trainer;
  }

  async sample(minMs: number): Promise<Sample> {
    const start = performance.now();
    const host = await this.#trainer.advance(this.#steps);
    const total = performance.now() - start;
    const sample = { steps: this.#steps, stepMs: total / this.#steps, hostMs: host / this.#steps };
    const fewest = sample.stepMs < SLOW_STEP_MS ? FEWEST_STEPS : 1;
    this.#steps = Math.max(fewest, Math.min(MOST_STEPS, Math.ceil(minMs / sample.stepMs)));
    return sample;
  }
}

/** Of one sample. Several, because the first step after a pause is not like the others, unless they take too long. */
const FEWEST_STEPS = 4;
const MOST_STEPS = 256;
const SLOW_STEP_MS = 1000;

/** Quartiles by linear interpolation. */
export interface Spread {
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
}

/** Throws for an empty list. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error('no values to take quartiles of');
  const sorted = [...values].sort((a, b) => a - b);
  const at = (fraction: number): number => {
    const position = fraction * (sorted.length - 1);
    const low = Math.floor(position);
    const [a, b] = [sorted[low] as number, sorted[Math.min(low + 1, sorted.length - 1)] as number];
    return a + (b - a) * (position - low);
  };
  return { q1: at(0.25), median: at(0.5), q3: at(0.75) };
}
