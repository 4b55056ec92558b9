import type { TensorInfo } from './tf.ts';

/** Inputs and attributes of TensorFlow.js's BatchMatMul kernel. */
export interface MatMulInputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
}
export interface MatMulAttrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Sizes of one product: `batch` matrices of (M, K) x (K, N); an operand with a batch of 1 serves all. */
export interface MatMulShape {
  readonly batchA: number;
  readonly batchB: number;
  readonly batch: number;
  readonly M: number;
  readonly N: number;
  readonly K: number;
  /** Shape of the result: the longer list of outer extents, then M and N. */
  readonly outShape: number[];
}

/** Throws when the inner sizes differ or the batches do not broadcast. */
export function matMulShape({ a, b }: MatMulInputs, { transposeA, transposeB }: MatMulAttrs): MatMulShape {
  const [rowsA, columnsA] = a.shape.slice(-2) as [number, number];
  const [rowsB, columnsB] = b.shape.slice(-2) as [number, number];
  const [M, K] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const [innerB, N] = transposeB ? [columnsB, rowsB] : [rowsB, columnsB];
  if (K !== innerB) throw new Error(`matMul: inner sizes of (${a.shape}) and (${b.shape}) differ: ${K} and ${innerB}`);
  const count = (shape: readonly number[]): number => shape.slice(0, -2).reduce((product, extent) => product * extent, 1);
  const [batchA, batchB] = [count(a.shape), count(b.shape)];
  if (batchA !== batchB && batchA !== 1 && batchB !== 1)
    throw new Error(`matMul: batches of (${a.shape}) and (${b.shape}) do not broadcast`);
  const outer = (a.shape.length >= b.shape.length && batchA >= batchB ? a : b).shape.slice(0, -2);
  return { batchA, batchB, batch: Math.max(batchA, batchB), M, N, K, outShape: [...outer, M, N] };
}
