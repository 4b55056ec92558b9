import { rowMajor, sizeOf } from '../../index-map.ts';
import type { Access, Expr, Kernel, MatMulKernel, Schedule, ScheduleBuffer } from '../../schedule.ts';

/** A plain access. */
export const at = (strides: readonly number[], offset = 0): Access => ({ strides, offset, guards: [], fill: 0 });

export const runOwned = (name: string, size: number, dtype: 'float32' | 'int32' = 'float32'): ScheduleBuffer => ({
  size,
  dtype,
  storage: { kind: 'external', name, owner: 'run' },
});

export const shared = (name: string, size: number, dtype: 'float32' | 'int32' = 'float32'): ScheduleBuffer => ({
  size,
  dtype,
  storage: { kind: 'external', name, owner: 'shared' },
});

export interface MatMulCase {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** Adds a bias over columns and takes the positive part. */
  readonly hasEpilogue: boolean;
  readonly hasColumnSum: boolean;
}

/** a (batch, m, k) or (batch, k, m), b (batch, k, n) or (batch, n, k), bias (n); c (batch, m, n) and, where asked for, columns (batch, n). */
export function matMulSchedule({ batch, m, n, k, transposeA, transposeB, hasEpilogue, hasColumnSum }: MatMulCase): Schedule {
  const buffers = [runOwned('a', batch * m * k), runOwned('b', batch * k * n), runOwned('bias', n), runOwned('c', batch * m * n)];
  if (hasColumnSum) buffers.push(runOwned('columns', batch * n));
  const exprs: Expr[] = [{ kind: 'accumulator', dtype: 'float32' }];
  if (hasEpilogue) {
    exprs.push(
      { kind: 'load', buffer: 2, at: at([0, 0, 1]), dtype: 'float32' },
      { kind: 'binary', fn: 'add', a: 0, b: 1, dtype: 'float32' },
      { kind: 'number', value: 0, dtype: 'float32' },
      { kind: 'binary', fn: 'max', a: 2, b: 3, dtype: 'float32' },
    );
  }
  const kernel: MatMulKernel = {
    kind: 'matmul',
    label: 'product',
    level: 0,
    batch: [batch],
    m: [m],
    n: [n],
    k: [k],
    a: { buffer: 0, at: at(transposeA ? [m * k, 1, m] : [m * k, k, 1]) },
    b: { buffer: 1, at: at(transposeB ? [k * n, 1, k] : [k * n, n, 1]) },
    exprs,
    stores: [{ buffer: 3, at: at([m * n, n, 1]), value: exprs.length - 1 }],
    columnSum: hasColumnSum ? { buffer: 4, at: at([n, 1]) } : null,
  };
  return { kernels: [kernel], buffers };
}

/** One kernel that computes expressions of inputs over a domain and stores each, as floats, to an output `out0`, `out1` ... of its own. */
export function mapSchedule(
  extents: readonly number[],
  inputs: readonly ScheduleBuffer[],
  exprs: readonly Expr[],
  outputs: readonly number[],
): Schedule {
  const size = sizeOf(extents);
  const buffers = [...inputs, ...outputs.map((_, index) => runOwned(`out${index}`, size))];
  const kernel: Kernel = {
    kind: 'loops',
    label: 'map',
    level: 0,
    extents,
    outer: extents.length,
    exprs,
    passes: [
      {
        reduces: [],
        stores: outputs.map((value, index) => ({ buffer: inputs.length + index, at: at(rowMajor(extents)), value })),
        outerStores: [],
      },
    ],
  };
  return { kernels: [kernel], buffers };
}
