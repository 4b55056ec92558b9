import type { RunnerSamples } from '../../optimizer-runner.ts';

/** Samples of steps that nobody has read yet. */
export class SampleQueue {
  readonly #rows: number;
  readonly #width: number;
  readonly #capacity: number;
  readonly #data: Float64Array; // (capacity, R, width)
  #count = 0;

  constructor(rows: number, width: number, capacity: number) {
    this.#rows = rows;
    this.#width = width;
    this.#capacity = capacity;
    this.#data = new Float64Array(capacity * rows * width);
  }

  /** Makes room for the sample of one more step, all NaN. Throws when too many wait. */
  begin(): void {
    if (this.#count === this.#capacity) {
      throw new Error(`The samples of ${this.#capacity} steps wait to be read; read them before the next step.`);
    }
    const length = this.#rows * this.#width;
    this.#data.fill(Number.NaN, this.#count * length, (this.#count + 1) * length);
    this.#count += 1;
  }

  /** The row's values of the sample begun last, piece by piece; what is left over stays NaN. */
  fill(row: number, parts: readonly ArrayLike<number>[]): void {
    let at = ((this.#count - 1) * this.#rows + row) * this.#width;
    for (const values of parts) {
      this.#data.set(values, at);
      at += values.length;
    }
  }

  /** Takes everything out. `nextStep` is the race step after the last sample. */
  take(nextStep: number): RunnerSamples {
    const count = this.#count;
    this.#count = 0;
    const data = this.#data.slice(0, count * this.#rows * this.#width);
    return { firstStep: nextStep - count, count, width: this.#width, data };
  }

  clear(): void {
    this.#count = 0;
  }
}
