import type { LookupInput, LookupLists } from './sorted-lookups.ts';
import type { BatchIndices } from './train-step.ts';

const WORD = 4;

/** Where a training step reads what the host gives it; null where it does not ask for it. */
export interface BatchTargets {
  /** (R, batch) int32. */
  readonly indices: GPUBuffer | null;
  /** (1) int32. */
  readonly stepNumber: GPUBuffer | null;
  /** Takes the lists of a lookup of all runs: (R, size) int32. */
  readonly lookup: (input: LookupInput) => GPUBuffer;
}

export interface BatchShape {
  /** Of each run. */
  readonly seeds: readonly number[];
  /** Rows of a run's batch. */
  readonly batch: number;
  readonly lookups: LookupLists | null;
  /** Steps that one submission may hold. */
  readonly steps: number;
}

/** A part of what one step is given, and the buffer that it goes to. */
interface Part {
  /** First word in what the step is given. */
  readonly at: number;
  readonly words: number;
  readonly target: GPUBuffer | null;
}

/**
 * What several training steps need from the host: row numbers (R, batch), the step number, and the sorted lists of each lookup (R, size). It is
 * collected here, written to the device once per submission, and copied from there to where each step reads it.
 */
export class BatchStaging {
  readonly #device: GPUDevice;
  readonly #shape: BatchShape;
  readonly #indices: Part;
  readonly #stepNumber: Part;
  readonly #lookups: readonly Part[];
  /** Words of one step. */
  readonly #stride: number;
  readonly #host: Int32Array<ArrayBuffer>; // (steps, stride)
  readonly #staging: GPUBuffer;
  #steps = 0;

  constructor(device: GPUDevice, shape: BatchShape, targets: BatchTargets) {
    const { seeds, batch, lookups, steps } = shape;
    this.#device = device;
    this.#shape = shape;
    let words = 0;
    const part = (size: number, target: GPUBuffer | null): Part => {
      words += size;
      return { at: words - size, words: size, target };
    };
    this.#indices = part(seeds.length * batch, targets.indices);
    this.#stepNumber = part(1, targets.stepNumber);
    this.#lookups = (lookups?.inputs ?? []).map((input) => part(seeds.length * input.size, targets.lookup(input)));
    this.#stride = words;
    this.#host = new Int32Array(steps * words);
    this.#staging = device.createBuffer({
      label: 'batches',
      size: this.#host.byteLength,
      usage: GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
  }

  get isFull(): boolean {
    return this.#steps === this.#shape.steps;
  }

  /** Collects what step t is given, and encodes its way to the step. Throws an error that names a seed without a batch. */
  add(encoder: GPUCommandEncoder, t: number, batches: BatchIndices): void {
    const { seeds, lookups } = this.#shape;
    const start = this.#steps * this.#stride;
    const rowsOf = (seed: number): Int32Array => {
      const rows = batches.get(seed);
      if (rows === undefined) throw new Error(`There is no batch for seed ${seed}.`);
      return rows;
    };
    const put = ({ at, words }: Part, valuesOf: (seed: number) => Int32Array): void =>
      seeds.forEach((seed, run) => {
        this.#host.set(valuesOf(seed), start + at + (run * words) / seeds.length);
      });
    put(this.#indices, rowsOf);
    this.#host[start + this.#stepNumber.at] = t;
    if (lookups !== null) {
      // Runs of one seed have the same batch.
      const lists = new Map([...new Set(seeds)].map((seed) => [seed, lookups.listsOf(rowsOf(seed))]));
      this.#lookups.forEach((part, lookup) => {
        put(part, (seed) => lists.get(seed)?.[lookup] as Int32Array);
      });
    }
    for (const { at, words, target } of [this.#indices, this.#stepNumber, ...this.#lookups]) {
      if (target !== null) encoder.copyBufferToBuffer(this.#staging, (start + at) * WORD, target, 0, words * WORD);
    }
    this.#steps += 1;
  }

  /** Writes what has been collected to the device, for commands that are submitted next, and starts again. */
  flush(): void {
    this.#device.queue.writeBuffer(this.#staging, 0, this.#host, 0, this.#steps * this.#stride);
    this.#steps = 0;
  }

  dispose(): void {
    this.#staging.destroy();
  }
}
