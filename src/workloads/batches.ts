import { permutation, STREAM } from '../kernels/counter-random.ts';

/** Whole batches in one pass over the data; the ragged rest of each epoch is dropped, so that shapes are static. */
export function batchesPerEpoch(rows: number, batch: number): number {
  if (!Number.isInteger(batch) || batch < 1 || batch > rows)
    throw new RangeError(`Batch size ${batch} does not fit ${rows} training rows: choose a whole number from 1 to ${rows}`);
  return Math.floor(rows / batch);
}

/** Epoch orders of the seeds in use; only a cache, as each entry is a pure function of its key. */
const orders = new Map<string, Int32Array>();
const MAX_CACHED_ORDERS = 16;

function epochOrder(seed: number, epoch: number, rows: number): Int32Array {
  const key = `${seed} ${epoch} ${rows}`;
  const cached = orders.get(key);
  if (cached) return cached;
  const order = permutation(seed, epoch, STREAM.batches, rows);
  if (orders.size >= MAX_CACHED_ORDERS) orders.delete(orders.keys().next().value as string);
  orders.set(key, order);
  return order;
}

/**
 * The training rows of one step: a pure function of its arguments. Each epoch is a fresh permutation of the rows, cut into batches.
 *
 * @param step 0-based race step
 * @returns (batch) row indices, all different
 */
export function batchIndices(seed: number, step: number, rows: number, batch: number): Int32Array {
  const perEpoch = batchesPerEpoch(rows, batch);
  const first = (step % perEpoch) * batch;
  return epochOrder(seed, Math.floor(step / perEpoch), rows).slice(first, first + batch);
}
