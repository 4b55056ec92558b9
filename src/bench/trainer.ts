import type { Network, NetworkSpec } from '../engine/testing/networks/networks.ts';
import { batchIndices } from '../workloads/batches.ts';

/** What is trained in a measurement: some runs of one network with Adam, which differ in their learning rate. */
export interface TrainingCase {
  readonly network: NetworkSpec;
  readonly runs: number;
}

/** One training in progress, by one library on one backend. */
export interface Trainer {
  /** Name of the device or of the instruction set and number of threads. */
  readonly place: string;
  /** What is known of a compiled step without running it; null for libraries that do not say. */
  readonly facts: TrainerFacts | null;
  /** Makes `count` steps and resolves when the device has finished them. Returns the host's time until everything was handed over, in ms. */
  advance(count: number): Promise<number>;
  /** Loss of every run at the last step made, before its update. */
  losses(): Promise<readonly number[]>;
  dispose(): void;
}

/** What compiling a training step took and what the step consists of. */
export interface TrainerFacts {
  /** From the model's functions to a graph, ms. */
  readonly traceMs: number;
  /** From the graph to a step that can be called, ms. */
  readonly compileMs: number;
  /** Memory planned for all runs: parameters, optimizer state, tables, data, arenas, bytes. */
  readonly plannedBytes: number;
  /** One run's intermediate values with and without reuse of memory, bytes. */
  readonly arenaBytes: number;
  readonly arenaBytesWithoutReuse: number;
}

/** Adam without weight decay; every library gets the same numbers. */
export const ADAM = { beta1: 0.9, beta2: 0.999, eps: 1e-8 } as const;

/** One seed for all runs: they share initial parameters and batches, as in a learning-rate sweep. */
export const SEED = 1;

const BASE_RATE = 1e-3;

/** Learning rate of each run, all different up to 64 runs. */
export function learningRates(runs: number): readonly number[] {
  return Array.from({ length: runs }, (_, run) => BASE_RATE * (1 + run / 64));
}

/** Row indices of one epoch, used over and over, so that a library that keeps whole batches on the device can. */
export function epochBatches({ data, batch }: Network): readonly Int32Array[] {
  const count = Math.floor(data.trainRows / batch);
  return Array.from({ length: count }, (_, step) => batchIndices(SEED, step, data.trainRows, batch));
}

/** Copies of the rows that one batch names, per array: (batch, ...rowShape). */
export function gatherBatch({ data }: Network, rows: Int32Array): Readonly<Record<string, { values: Float32Array; shape: number[] }>> {
  return Object.fromEntries(
    Object.entries(data.arrays).map(([name, { values, rowShape }]) => {
      const size = rowShape.reduce((product, extent) => product * extent, 1);
      const picked = new Float32Array(rows.length * size);
      rows.forEach((row, i) => {
        picked.set(values.subarray(row * size, (row + 1) * size), i * size);
      });
      return [name, { values: picked, shape: [rows.length, ...rowShape] }];
    }),
  );
}

/** Initial parameters, one array per tensor. */
export function initialParameters({ model }: Network): readonly Float32Array[] {
  return model.parameters.map((spec, index) => spec.init(SEED, index));
}
