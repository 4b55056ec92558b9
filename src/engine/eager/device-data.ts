import type * as tfTypes from '../../kernels/tf.ts';
import * as tf from '../../kernels/tf.ts';
import type { Batch, LoadedData } from '../../workloads/definition.ts';

/**
 * A data set's arrays resident on the device as (rows, rowLength) tensors, and the batches gathered from them.
 * Gather has no gradient here because data is never differentiated, so its non-deterministic gradient does not matter.
 */
export class DeviceData {
  readonly #arrays: readonly { readonly name: string; readonly rowShape: readonly number[]; readonly rows: tfTypes.Tensor2D }[];
  readonly trainRows: number;
  readonly validationRows: number;

  constructor(data: LoadedData) {
    this.trainRows = data.trainRows;
    this.validationRows = data.validationRows;
    const total = data.trainRows + data.validationRows;
    this.#arrays = Object.entries(data.arrays).map(([name, { values, rowShape }]) => {
      const rowLength = rowShape.reduce((product, extent) => product * extent, 1);
      const dtype = values instanceof Int32Array ? 'int32' : 'float32';
      return { name, rowShape, rows: tf.tensor2d(values, [total, rowLength], dtype) };
    });
  }

  /** Rows `indices` as tensors (leading, batch, ...rowShape); `indices` has leading * batch entries. The caller disposes. */
  batch(indices: Int32Array, leading: number): Batch {
    const size = indices.length / leading;
    return tf.tidy(() => {
      const index = tf.tensor1d(indices, 'int32');
      const tensors = this.#arrays.map(({ name, rowShape, rows }) => [name, tf.gather(rows, index).reshape([leading, size, ...rowShape])]);
      return { tensors: Object.fromEntries(tensors) } as Batch & tfTypes.TensorContainerObject;
    });
  }

  /** Rows start .. start + count - 1 as (1, count, ...rowShape). The caller disposes. */
  slice(start: number, count: number): Batch {
    return tf.tidy(() => {
      const tensors = this.#arrays.map(({ name, rowShape, rows }) => [
        name,
        rows.slice([start, 0], [count, rows.shape[1]]).reshape([1, count, ...rowShape]),
      ]);
      return { tensors: Object.fromEntries(tensors) } as Batch & tfTypes.TensorContainerObject;
    });
  }

  dispose(): void {
    for (const { rows } of this.#arrays) rows.dispose();
  }
}
