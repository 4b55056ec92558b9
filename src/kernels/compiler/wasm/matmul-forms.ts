import { rowMajor, sizeOf } from '../index-map.ts';
import type { Expr, LoopsKernel, MatMulKernel, Operand } from '../schedule.ts';
import { mergeLoops, mergeMatMul } from './canonical.ts';
import { listsOf, mapExpr, mapOperand, mapStore } from './digits.ts';
import { isCopied } from './tiles.ts';

const zeros = (digits: readonly number[]): number[] => digits.map(() => 0);

/** The sums over k of b as a kernel of their own. */
export function columnSumLoops(kernel: MatMulKernel): LoopsKernel | null {
  const { batch, n, k, b, columnSum, label, level } = kernel;
  if (columnSum === null) return null;
  // b is in [batch, k, n], the sums are in [batch, n].
  const load = mapOperand(b, (list) => [
    ...list.slice(0, batch.length),
    ...list.slice(batch.length + k.length),
    ...list.slice(batch.length, batch.length + k.length),
  ]);
  return mergeLoops({
    kind: 'loops',
    label,
    level,
    extents: [...batch, ...n, ...k],
    outer: batch.length + n.length,
    exprs: [
      { kind: 'load', ...load, dtype: 'float32' },
      { kind: 'reduced', index: 0, dtype: 'float32' },
    ],
    passes: [
      {
        reduces: [{ fn: 'sum', value: 0 }],
        stores: [],
        outerStores: [{ ...mapOperand(columnSum, (list) => [...list, ...zeros(k)]), value: 1 }],
      },
    ],
  });
}

/** A product with a vector as a reduction: there is nothing to keep in registers. */
export function vectorProductLoops(kernel: MatMulKernel): LoopsKernel {
  const { batch, m, n, k, a, b, exprs, stores, label, level } = kernel;
  const [mStart, bStart] = [batch.length, batch.length + k.length];
  const own = exprs.length;
  const wideA = mapOperand(a, (list) => [...list.slice(0, mStart + m.length), ...zeros(n), ...list.slice(mStart + m.length)]);
  const wideB = mapOperand(b, (list) => [...list.slice(0, mStart), ...zeros(m), ...list.slice(bStart), ...list.slice(mStart, bStart)]);
  return mergeLoops({
    kind: 'loops',
    label,
    level,
    extents: [...batch, ...m, ...n, ...k],
    outer: batch.length + m.length + n.length,
    exprs: [
      ...exprs.map((expr): Expr => {
        if (expr.kind === 'accumulator') return { kind: 'reduced', index: 0, dtype: 'float32' };
        return mapExpr(expr, (list) => [...list, ...zeros(k)]);
      }),
      { kind: 'load', ...wideA, dtype: 'float32' },
      { kind: 'load', ...wideB, dtype: 'float32' },
      { kind: 'binary', fn: 'mul', a: own, b: own + 1, dtype: 'float32' },
    ],
    passes: [
      {
        reduces: [{ fn: 'sum', value: own + 2 }],
        stores: [],
        outerStores: stores.map((store) => mapStore(store, (list) => [...list, ...zeros(k)])),
      },
    ],
  });
}

/** Copies an operand to where `staged` says, in the same digits. */
export function stagingLoops(operand: Operand, extents: readonly number[], staged: Operand): LoopsKernel {
  return mergeLoops({
    kind: 'loops',
    label: '',
    level: 0,
    extents,
    outer: extents.length,
    exprs: [{ kind: 'load', ...operand, dtype: 'float32' }],
    passes: [{ reduces: [], stores: [{ ...staged, value: 0 }], outerStores: [] }],
  });
}

const CACHE_LINE = 16;
/** Elements that are multiples of so many bytes apart fall on few sets of a first-level cache and throw each other out. */
const CROWDED_BYTES = 2048;
/** Columns of the product that pay for copying a. */
const STAGED_COLUMNS = 32;

/**
 * How a is to be stored before it is multiplied, or null where it can be read as it is: without guards, and with its rows spread over the
 * cache where they are neighbours and its columns are crowded, unless tiles of it are copied one by one.
 */
export function stagedStrides(kernel: MatMulKernel): readonly number[] | null {
  const { batch, m, n, k, a } = kernel;
  const extents = [...batch, ...m, ...k];
  if (batch.length === 0 && m.length === 1 && k.length === 1 && sizeOf(n) >= STAGED_COLUMNS) {
    const [rowStride, columnStride] = a.at.strides as [number, number];
    if (rowStride === 1 && columnStride !== 0 && (4 * columnStride) % CROWDED_BYTES === 0 && !isCopied(kernel)) {
      return [1, CACHE_LINE * Math.ceil((m[0] as number) / CACHE_LINE) + CACHE_LINE];
    }
  }
  return a.at.guards.length === 0 ? null : rowMajor(extents);
}

/** Batch digits in which b stays the same become rows of m, those in which a stays the same columns of n: fewer and larger products. */
export function withoutNeedlessBatch(kernel: MatMulKernel): MatMulKernel {
  const { batch, m, n, k } = kernel;
  const isStill = (operand: Operand, digit: number): boolean => listsOf(operand.at).every((list) => list[digit] === 0);
  const digits = batch.map((extent, digit) => ({
    extent,
    digit,
    role: isStill(kernel.b, digit) ? 'm' : isStill(kernel.a, digit) ? 'n' : 'batch',
  }));
  const of = (role: string): number[] => digits.filter((entry) => entry.role === role).map(({ digit }) => digit);
  const extentsOf = (role: string): number[] => of(role).map((digit) => batch[digit] as number);
  const pick = (list: readonly number[], role: string): number[] => of(role).map((digit) => list[digit] as number);
  const start = batch.length;
  return mergeMatMul({
    ...kernel,
    batch: extentsOf('batch'),
    m: [...extentsOf('m'), ...m],
    n: [...extentsOf('n'), ...n],
    a: mapOperand(kernel.a, (list) => [...pick(list, 'batch'), ...pick(list, 'm'), ...list.slice(start)]),
    b: mapOperand(kernel.b, (list) => [
      ...pick(list, 'batch'),
      ...list.slice(start, start + k.length),
      ...pick(list, 'n'),
      ...list.slice(start + k.length),
    ]),
    exprs: kernel.exprs.map((expr) => mapExpr(expr, (list) => withBatchMoved(list))),
    stores: kernel.stores.map((store) => mapStore(store, (list) => withBatchMoved(list))),
    columnSum: null,
  });

  function withBatchMoved(list: readonly number[]): number[] {
    const rows = list.slice(start, start + m.length);
    return [...pick(list, 'batch'), ...pick(list, 'm'), ...rows, ...pick(list, 'n'), ...list.slice(start + m.length)];
  }
}

/** The transposed product: b^T a^T, with rows and columns exchanged everywhere. */
export function transposed(kernel: MatMulKernel): MatMulKernel {
  const { batch, m, n, k } = kernel;
  const [start, mEnd, kEnd] = [batch.length, batch.length + m.length, batch.length + k.length];
  const exchange = (list: readonly number[]): number[] => [...list.slice(0, start), ...list.slice(mEnd), ...list.slice(start, mEnd)];
  return {
    ...kernel,
    m: n,
    n: m,
    // [batch, k, n] to [batch, n, k], and [batch, m, k] to [batch, k, m]
    a: mapOperand(kernel.b, (list) => [...list.slice(0, start), ...list.slice(kEnd), ...list.slice(start, kEnd)]),
    b: mapOperand(kernel.a, exchange),
    exprs: kernel.exprs.map((expr) => mapExpr(expr, exchange)),
    stores: kernel.stores.map((store) => mapStore(store, exchange)),
  };
}
