import type { Tensor } from '../../kernels/tf.ts';
import * as tf from '../../kernels/tf.ts';
import { keepProbability, middleColumns } from './columns.ts';

/**
 * Columns drawn as fastMRI draws its random masks: the middle ones, and each of the others by chance.
 *
 * @param uniform numbers in [0, 1), (N, side)
 * @returns 1 or 0, (N, side)
 */
export function randomColumns(uniform: Tensor): Tensor {
  const side = uniform.shape[1] as number;
  return uniform
    .less(keepProbability(side))
    .cast('float32')
    .maximum(tf.tensor1d(middleColumns(side)));
}

/** cos and sin of the angle of row j and column k of the transform, over sqrt(side). */
function wave(side: number, j: number, k: number): { readonly cos: number; readonly sin: number } {
  const angle = (2 * Math.PI * ((j * (k - side / 2)) % side)) / side;
  return { cos: Math.cos(angle) / Math.sqrt(side), sin: Math.sin(angle) / Math.sqrt(side) };
}

const matrix = (rows: number, columns: number, at: (row: number, column: number) => number): Tensor =>
  tf.tensor2d(
    Float32Array.from({ length: rows * columns }, (_, index) => at(Math.floor(index / columns), index % columns)),
    [rows, columns],
  );

/** Unitary Fourier transform of real rows, columns in centred order: (side, 2 side), real parts before imaginary ones. */
function forward(side: number): Tensor {
  return matrix(side, 2 * side, (j, column) => (column < side ? wave(side, j, column).cos : -wave(side, j, column - side).sin));
}

/** Its inverse, from real and imaginary parts to real and imaginary parts: (2 side, 2 side). */
function inverse(side: number): Tensor {
  return matrix(2 * side, 2 * side, (row, column) => {
    const { cos, sin } = wave(side, column % side, row % side);
    if (row < side === column < side) return cos;
    return row < side ? sin : -sin;
  });
}

/**
 * What slices look like when columns of k-space that were not measured are taken as 0: |F^H diag(measured) F x| for every row x. Along the
 * columns the transform and its inverse cancel, so they are left out.
 *
 * @param x (N, side, side)
 * @param measured 1 or 0, (N or 1, side)
 * @returns (N, side, side)
 */
export function zeroFilled(x: Tensor, measured: Tensor): Tensor {
  const [N, side] = x.shape as [number, number];
  const spectrum = x
    .reshape([N * side, side])
    .matMul(forward(side))
    .reshape([N, side, 2 * side]);
  const kept = spectrum.mul(measured.tile([1, 2]).expandDims(1));
  const squares = kept
    .reshape([N * side, 2 * side])
    .matMul(inverse(side))
    .square();
  const part = (first: number): Tensor => squares.slice([0, first], [N * side, side]);
  return part(0).add(part(side)).sqrt().reshape([N, side, side]);
}
