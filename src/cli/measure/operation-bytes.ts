import * as tf from '../../kernels/tf.ts';

/** Kernels that give a tensor another shape or name and touch no memory. */
const VIEWS: ReadonlySet<string> = new Set(['Identity', 'Reshape']);
/** WebGPU keeps every value, truth values too, in four bytes. */
const VALUE_BYTES = 4;

/** Null stands for an optional input that is not there. */
const sizeOf = (shape: readonly number[] | null | undefined): number => shape?.reduce((product, extent) => product * extent, 1) ?? 0;

export interface OperationBytes {
  readonly kernels: number;
  /** Inputs read and outputs written by all kernels. */
  readonly bytes: number;
}

/** What the TensorFlow.js kernels that `run` executes move through memory, by the shapes of their inputs and outputs. */
export async function operationBytes(run: () => void): Promise<OperationBytes> {
  const { kernels } = await tf.profile(run);
  const executed = kernels.filter(({ name }) => !VIEWS.has(name));
  const values = executed.reduce((sum, { inputShapes, outputShapes }) => {
    return sum + [...inputShapes, ...outputShapes].reduce((total, shape) => total + sizeOf(shape), 0);
  }, 0);
  return { kernels: executed.length, bytes: values * VALUE_BYTES };
}
