import type { Tensor } from '../../kernels/tf.ts';
import * as tf from '../../kernels/tf.ts';
import type { Parameters, Pass } from './pass.ts';

/**
 * Rows of a table by number. Every run has its own table; numbers are those of the batch.
 *
 * @param deviation of the initial normal numbers
 * @returns ids (lead * B, ...) int32 -> (R * B, ..., width)
 */
export function embedding(
  parameters: Parameters,
  name: string,
  words: number,
  width: number,
  deviation: number,
): { readonly look: (pass: Pass, ids: Tensor) => Tensor; readonly table: (pass: Pass) => Tensor } {
  const table = parameters.normal(`${name}.E`, [words, width], deviation);
  return { table, look: (pass, ids) => lookUp(pass, table(pass), ids) };
}

/** Rows of table (R, words, width) by ids (lead * B, ...): (R * B, ..., width). */
export function lookUp({ runs, batch }: Pass, table: Tensor, ids: Tensor): Tensor {
  const [, words, width] = table.shape as [number, number, number];
  const lead = (ids.shape[0] as number) / batch;
  const perRun = ids.size / lead;
  const flat = ids.reshape([lead, perRun]);
  // All tables as one: row id of run r is r * words + id.
  const rows = runs === 1 ? flat : flat.add(tf.range(0, runs * words, words, 'int32').expandDims(1)); // (R, ids per run)
  return table
    .reshape([runs * words, width])
    .gather(rows.reshape([-1]).cast('int32'))
    .reshape([runs * batch, ...ids.shape.slice(1), width]);
}
