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

/** An element of buffer 0. */
const loadX = (access: Access): Expr => ({ kind: 'load', buffer: 0, at: access, dtype: 'float32' });

/**
 * Rows of x (rows, cols): probabilities (rows, cols) = softmax, and logSum (rows) = log of the sum of exponentials. Three passes, the second
 * of which stores what the third reads back.
 */
export function softmaxSchedule(rows: number, cols: number): Schedule {
  const element = at([cols, 1]);
  const exprs: Expr[] = [
    loadX(element),
    { kind: 'reduced', index: 0, dtype: 'float32' },
    { kind: 'binary', fn: 'sub', a: 0, b: 1, dtype: 'float32' },
    { kind: 'unary', fn: 'exp', a: 2, dtype: 'float32' },
    { kind: 'reduced', index: 1, dtype: 'float32' },
    { kind: 'load', buffer: 1, at: element, dtype: 'float32' },
    { kind: 'binary', fn: 'div', a: 5, b: 4, dtype: 'float32' },
    { kind: 'unary', fn: 'log', a: 4, dtype: 'float32' },
    { kind: 'binary', fn: 'add', a: 7, b: 1, dtype: 'float32' },
  ];
  const kernel: Kernel = {
    kind: 'loops',
    label: 'softmax',
    level: 0,
    extents: [rows, cols],
    outer: 1,
    exprs,
    passes: [
      { reduces: [{ fn: 'max', value: 0 }], stores: [], outerStores: [] },
      {
        reduces: [{ fn: 'sum', value: 3 }],
        stores: [{ buffer: 1, at: element, value: 3 }],
        outerStores: [{ buffer: 2, at: at([1, 0]), value: 8 }],
      },
      { reduces: [], stores: [{ buffer: 1, at: element, value: 6 }], outerStores: [] },
    ],
  };
  return { kernels: [kernel], buffers: [runOwned('x', rows * cols), runOwned('probabilities', rows * cols), runOwned('logSum', rows)] };
}

/** Columns of x (rows, cols): sums, largest and smallest entries, each (cols). */
export function columnSchedule(rows: number, cols: number): Schedule {
  const kernel: Kernel = {
    kind: 'loops',
    label: 'columns',
    level: 0,
    extents: [cols, rows],
    outer: 1,
    exprs: [loadX(at([1, cols])), ...[0, 1, 2].map((index): Expr => ({ kind: 'reduced', index, dtype: 'float32' }))],
    passes: [
      {
        reduces: (['sum', 'max', 'min'] as const).map((fn) => ({ fn, value: 0 })),
        stores: [],
        outerStores: [0, 1, 2].map((index) => ({ buffer: index + 1, at: at([1, 0]), value: index + 1 })),
      },
    ],
  };
  return {
    kernels: [kernel],
    buffers: [runOwned('x', rows * cols), runOwned('sums', cols), runOwned('largest', cols), runOwned('smallest', cols)],
  };
}

/** y[point, column] = the sum over `degree` neighbours of x[neighbour, column]; y has as many rows as x. */
export function neighbourSchedule(points: number, degree: number, cols: number): Schedule {
  const kernel: Kernel = {
    kind: 'loops',
    label: 'sums over neighbours',
    level: 0,
    extents: [points, cols, degree],
    outer: 2,
    exprs: [
      { kind: 'load', buffer: 1, at: at([degree, 0, 1]), dtype: 'int32' },
      { kind: 'loadAt', buffer: 0, index: 0, scale: cols, at: at([0, 1, 0]), dtype: 'float32' },
      { kind: 'reduced', index: 0, dtype: 'float32' },
    ],
    passes: [{ reduces: [{ fn: 'sum', value: 1 }], stores: [], outerStores: [{ buffer: 2, at: at([cols, 1, 0]), value: 2 }] }],
  };
  return {
    kernels: [kernel],
    buffers: [runOwned('x', points * cols), { ...runOwned('neighbours', points * degree), dtype: 'int32' }, runOwned('y', points * cols)],
  };
}

/** x (rows, cols) plus bias (cols). */
export function biasedSchedule(rows: number, cols: number): Schedule {
  const kernel: Kernel = {
    kind: 'loops',
    label: 'biased',
    level: 0,
    extents: [rows, cols],
    outer: 2,
    exprs: [
      loadX(at([cols, 1])),
      { kind: 'load', buffer: 1, at: at([0, 1]), dtype: 'float32' },
      { kind: 'binary', fn: 'add', a: 0, b: 1, dtype: 'float32' },
    ],
    passes: [{ reduces: [], stores: [{ buffer: 2, at: at([cols, 1]), value: 2 }], outerStores: [] }],
  };
  return { kernels: [kernel], buffers: [runOwned('x', rows * cols), runOwned('bias', cols), runOwned('y', rows * cols)] };
}

/** x (size) becomes 2 x + 1 where it is. */
export function inPlaceSchedule(size: number): Schedule {
  const kernel: Kernel = {
    kind: 'loops',
    label: 'in place',
    level: 0,
    extents: [size],
    outer: 1,
    exprs: [
      loadX(at([1])),
      { kind: 'number', value: 2, dtype: 'float32' },
      { kind: 'binary', fn: 'mul', a: 0, b: 1, dtype: 'float32' },
      { kind: 'number', value: 1, dtype: 'float32' },
      { kind: 'binary', fn: 'add', a: 2, b: 3, dtype: 'float32' },
    ],
    passes: [{ reduces: [], stores: [{ buffer: 0, at: at([1]), value: 4 }], outerStores: [] }],
  };
  return { kernels: [kernel], buffers: [runOwned('x', size)] };
}

/** x (1), repeated in `repeated` (size) and replaced by 7 after that. */
export function replacedSchedule(size: number): Schedule {
  const kernel: Kernel = {
    kind: 'loops',
    label: 'replaced after use',
    level: 0,
    extents: [size],
    outer: 0,
    exprs: [loadX(at([0])), { kind: 'number', value: 7, dtype: 'float32' }],
    passes: [
      {
        reduces: [],
        stores: [{ buffer: 1, at: at([1]), value: 0 }],
        outerStores: [{ buffer: 0, at: at([0]), value: 1 }],
      },
    ],
  };
  return { kernels: [kernel], buffers: [runOwned('x', 1), runOwned('repeated', size)] };
}

/** values (count, rowSize) added to the rows of table (rows, rowSize) that indices (count), or sorted ones (rows + 1 + count), name. */
export function segmentSumSchedule(count: number, rows: number, rowSize: number, isSorted = false): Schedule {
  const kernel: Kernel = {
    kind: 'segmentSum',
    label: 'rows of a table',
    level: 0,
    count,
    rows,
    rowSize,
    isSorted,
    values: { buffer: 0, at: at([rowSize, 1]) },
    indices: { buffer: 1, at: at([1]) },
    target: { buffer: 2, at: at([rowSize, 1]) },
  };
  return {
    kernels: [kernel],
    buffers: [
      runOwned('values', count * rowSize),
      runOwned('indices', isSorted ? rows + 1 + count : count, 'int32'),
      runOwned('table', rows * rowSize),
    ],
  };
}

/**
 * A batch of rows x = data[indices] (batch, cols) as both products of a dense layer take it: y (batch, n) = x w and gradient (cols, n) =
 * transposed x times g.
 */
export function denseOfRowsSchedule(batch: number, cols: number, n: number): Schedule {
  const copy: Kernel = {
    kind: 'loops',
    label: 'rows',
    level: 0,
    extents: [batch, cols],
    outer: 2,
    exprs: [
      { kind: 'load', buffer: 1, at: at([1, 0]), dtype: 'int32' },
      { kind: 'loadAt', buffer: 0, index: 0, scale: cols, at: at([0, 1]), dtype: 'float32' },
    ],
    passes: [{ reduces: [], stores: [{ buffer: 2, at: at([cols, 1]), value: 1 }], outerStores: [] }],
  };
  const product = {
    kind: 'matmul',
    level: 1,
    batch: [],
    n: [n],
    exprs: [{ kind: 'accumulator', dtype: 'float32' }],
    columnSum: null,
  } as const;
  const forward: Kernel = {
    ...product,
    label: 'forward',
    m: [batch],
    k: [cols],
    a: { buffer: 2, at: at([cols, 1]) },
    b: { buffer: 3, at: at([n, 1]) },
    stores: [{ buffer: 5, at: at([n, 1]), value: 0 }],
  };
  const backward: Kernel = {
    ...product,
    label: 'backward',
    m: [cols],
    k: [batch],
    a: { buffer: 2, at: at([1, cols]) },
    b: { buffer: 4, at: at([n, 1]) },
    stores: [{ buffer: 6, at: at([n, 1]), value: 0 }],
  };
  return {
    kernels: [copy, forward, backward],
    buffers: [
      shared('data', 4 * cols),
      runOwned('indices', batch, 'int32'),
      { size: batch * cols, dtype: 'float32', storage: { kind: 'arena', firstLevel: 0, lastLevel: 1 } },
      runOwned('w', cols * n),
      runOwned('g', batch * n),
      runOwned('y', batch * n),
      runOwned('gradient', cols * n),
    ],
  };
}

/**
 * Pictures x (batch, side, side, inputs) through filters (3, 3, inputs, outputs), with zeros beyond the edges: patches as an index map.
 * @param isTransposed the filters are (3, 3, outputs, inputs), as where gradients go back through a convolution
 */
export function convolutionSchedule(batch: number, side: number, inputs: number, outputs: number, isTransposed = false): Schedule {
  const { pixels, taps, patches } = patchesOf(batch, side, inputs);
  const k = [...taps, inputs];
  const kernel: MatMulKernel = {
    kind: 'matmul',
    label: 'convolution',
    level: 0,
    batch: [],
    m: pixels,
    n: [outputs],
    k,
    a: { buffer: 0, at: patches },
    b: { buffer: 1, at: at([3 * inputs * outputs, inputs * outputs, ...(isTransposed ? [1, inputs] : [outputs, 1])]) },
    exprs: [{ kind: 'accumulator', dtype: 'float32' }],
    stores: [{ buffer: 2, at: at(rowMajor([...pixels, outputs])), value: 0 }],
    columnSum: null,
  };
  const buffers = [
    runOwned('x', sizeOf(pixels) * inputs),
    runOwned('filters', sizeOf(k) * outputs),
    runOwned('y', sizeOf(pixels) * outputs),
  ];
  return { kernels: [kernel], buffers };
}

/** Patches (batch, side, side, 3, 3, inputs) of pictures. */
function patchesOf(batch: number, side: number, inputs: number): { pixels: readonly number[]; taps: readonly number[]; patches: Access } {
  const [column, row, picture] = [inputs, side * inputs, side ** 2 * inputs];
  const guard = (coefficients: readonly number[]) => ({ coefficients, offset: -1, extent: side });
  return {
    pixels: [batch, side, side],
    taps: [3, 3],
    patches: {
      strides: [picture, row, column, row, column, 1],
      offset: -row - column,
      guards: [guard([0, 1, 0, 1, 0, 0]), guard([0, 0, 1, 0, 1, 0])],
      fill: 0,
    },
  };
}

/** Gradients of filters (3, 3, inputs, outputs) from pictures x (batch, side, side, inputs) and gradients dy (batch, side, side, outputs). */
export function filterGradientSchedule(batch: number, side: number, inputs: number, outputs: number): Schedule {
  const { pixels, taps, patches } = patchesOf(batch, side, inputs);
  const m = [...taps, inputs];
  const turned = (list: readonly number[]): number[] => [...list.slice(3), ...list.slice(0, 3)];
  const kernel: MatMulKernel = {
    kind: 'matmul',
    label: 'filter gradient',
    level: 0,
    batch: [],
    m,
    n: [outputs],
    k: pixels,
    a: {
      buffer: 0,
      at: {
        ...patches,
        strides: turned(patches.strides),
        guards: patches.guards.map((guard) => ({ ...guard, coefficients: turned(guard.coefficients) })),
      },
    },
    b: { buffer: 1, at: at(rowMajor([...pixels, outputs])) },
    exprs: [{ kind: 'accumulator', dtype: 'float32' }],
    stores: [{ buffer: 2, at: at(rowMajor([...m, outputs])), value: 0 }],
    columnSum: null,
  };
  const buffers = [
    runOwned('x', sizeOf(pixels) * inputs),
    runOwned('dy', sizeOf(pixels) * outputs),
    runOwned('gradient', sizeOf(m) * outputs),
  ];
  return { kernels: [kernel], buffers };
}
