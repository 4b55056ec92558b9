import type { Access, BufferId, Expr, Kernel, LoopsKernel, MatMulKernel, Operand, Schedule, Store } from '../schedule.ts';
import { listsOf, listsOfExpr, mapExpr, mapOperand, mapStore, mergeDigits } from './digits.ts';

/** What a kernel's function is called with: the address of an element of a buffer, or a number. */
export type Argument =
  | { readonly kind: 'address'; readonly buffer: BufferId; readonly offset: number }
  | { readonly kind: 'number'; readonly value: number };

/**
 * A kernel without the names of its buffers: `buffer` numbers in it are positions in the list of addresses, offsets are relative to those,
 * and the `layer` of a `uniform` is a position in the list of numbers. Kernels with equal keys share one function.
 */
export interface CanonicalKernel {
  readonly key: string;
  readonly kernel: Kernel;
  readonly addresses: readonly Extract<Argument, { kind: 'address' }>[];
  readonly numbers: readonly number[];
  /** Elements per address, for kernels that take whole buffers. */
  readonly sizes: readonly number[];
}

class Arguments {
  readonly addresses: { readonly kind: 'address'; readonly buffer: BufferId; readonly offset: number }[] = [];
  readonly numbers: number[] = [];
  readonly #schedule: Schedule;

  constructor(schedule: Schedule) {
    this.#schedule = schedule;
  }

  operand<T extends Operand>(operand: T): T {
    const known = this.addresses.findIndex(({ buffer }) => buffer === operand.buffer);
    const slot = known >= 0 ? known : this.#add(operand.buffer, operand.at);
    const { offset } = this.addresses[slot] as { offset: number };
    return { ...operand, buffer: slot, at: { ...operand.at, offset: operand.at.offset - offset } };
  }

  buffer(buffer: BufferId): BufferId {
    const known = this.addresses.findIndex((address) => address.buffer === buffer && address.offset === 0);
    return known >= 0 ? known : this.addresses.push({ kind: 'address', buffer, offset: 0 }) - 1;
  }

  expr(expr: Expr): Expr {
    if (expr.kind === 'load' || expr.kind === 'loadAt') return this.operand(expr);
    if (expr.kind === 'uniform') return { ...expr, layer: this.numbers.push(expr.layer) - 1 };
    return expr;
  }

  /** The first use of a buffer says where its address points: to an element of it, also where a guarded access begins outside. */
  #add(buffer: BufferId, at: Access): number {
    const size = this.#schedule.buffers[buffer]?.size ?? 1;
    return this.addresses.push({ kind: 'address', buffer, offset: Math.min(Math.max(at.offset, 0), size - 1) }) - 1;
  }
}

export function canonicalize(schedule: Schedule, kernel: Kernel): CanonicalKernel {
  const names = new Arguments(schedule);
  const anonymous = withSlots(kernel, names);
  const { label: _label, level: _level, ...rest } = anonymous;
  const sizes = names.addresses.map(({ buffer }) => schedule.buffers[buffer]?.size as number);
  return {
    // Sizes matter to custom kernels only.
    key: keyOf(kernel.kind === 'custom' ? { ...rest, sizes } : rest),
    kernel: anonymous,
    addresses: names.addresses,
    numbers: names.numbers,
    sizes,
  };
}

/** JSON has no NaN, infinity or -0. */
const keyOf = (value: unknown): string =>
  JSON.stringify(value, (_, entry) =>
    typeof entry === 'number' && (!Number.isFinite(entry) || Object.is(entry, -0))
      ? `number ${Object.is(entry, -0) ? '-0' : entry}`
      : entry,
  );

function withSlots(kernel: Kernel, names: Arguments): Kernel {
  switch (kernel.kind) {
    case 'loops': {
      const merged = mergeLoops(kernel);
      const exprs = merged.exprs.map((expr) => names.expr(expr));
      return {
        ...merged,
        exprs,
        passes: merged.passes.map((pass) => ({
          ...pass,
          stores: pass.stores.map((store) => names.operand(store)),
          outerStores: pass.outerStores.map((store) => names.operand(store)),
        })),
      };
    }
    case 'matmul': {
      const merged = mergeMatMul(kernel);
      const [a, b] = [names.operand(merged.a), names.operand(merged.b)];
      const exprs = merged.exprs.map((expr) => names.expr(expr));
      const stores = merged.stores.map((store) => names.operand(store));
      return { ...merged, a, b, exprs, stores, columnSum: merged.columnSum === null ? null : names.operand(merged.columnSum) };
    }
    case 'segmentSum': {
      const target = names.operand(kernel.target);
      return { ...kernel, target, values: names.operand(kernel.values), indices: names.operand(kernel.indices) };
    }
    case 'custom': {
      const inputs = kernel.inputs.map((buffer) => names.buffer(buffer));
      return { ...kernel, inputs, output: names.buffer(kernel.output) };
    }
  }
}

/** Fewer and longer digits make longer vectors and fewer loops. */
export function mergeLoops(kernel: LoopsKernel): LoopsKernel {
  const stores = kernel.passes.flatMap((pass) => [...pass.stores, ...pass.outerStores]);
  const lists = [...kernel.exprs.flatMap(listsOfExpr), ...stores.flatMap(({ at }) => listsOf(at))];
  const groups = kernel.extents.map((_, digit) => (digit < kernel.outer ? 0 : 1));
  const merged = mergeDigits(kernel.extents, groups, lists);
  const change = (store: Store): Store => mapStore(store, merged.change);
  return {
    ...kernel,
    extents: merged.extents,
    outer: merged.groups.filter((group) => group === 0).length,
    exprs: kernel.exprs.map((expr) => mapExpr(expr, merged.change)),
    passes: kernel.passes.map((pass) => ({
      ...pass,
      stores: pass.stores.map(change),
      outerStores: pass.outerStores.map(change),
    })),
  };
}

/** The same for the batch, m, n and k digits of a matmul. */
export function mergeMatMul(kernel: MatMulKernel): MatMulKernel {
  const { batch, m, n, k } = kernel;
  const extents = [...batch, ...m, ...n, ...k];
  const groups = [batch, m, n, k].flatMap((digits, group) => digits.map(() => group));
  // Every list as numbers per digit of [batch, m, n, k], and back.
  const [mStart, nStart] = [batch.length, batch.length + m.length];
  const zeros = (digits: readonly number[]): number[] => digits.map(() => 0);
  const wide = {
    a: (list: readonly number[]) => [...list.slice(0, nStart), ...zeros(n), ...list.slice(nStart)],
    b: (list: readonly number[]) => [
      ...list.slice(0, mStart),
      ...zeros(m),
      ...list.slice(mStart + k.length),
      ...list.slice(mStart, mStart + k.length),
    ],
    c: (list: readonly number[]) => [...list, ...zeros(k)],
    sum: (list: readonly number[]) => [...list.slice(0, mStart), ...zeros(m), ...list.slice(mStart), ...zeros(k)],
  };
  // A digit in which an operand does not move must not keep that operand's other digits from merging: it merges with neighbours in
  // which it does not move either, so no list needs special care.
  const lists = [
    ...listsOf(kernel.a.at).map(wide.a),
    ...listsOf(kernel.b.at).map(wide.b),
    ...kernel.exprs.flatMap(listsOfExpr).map(wide.c),
    ...kernel.stores.flatMap(({ at }) => listsOf(at)).map(wide.c),
    ...(kernel.columnSum === null ? [] : listsOf(kernel.columnSum.at).map(wide.sum)),
  ];
  const merged = mergeDigits(extents, groups, lists);
  const digitsOf = (group: number): number[] => merged.extents.filter((_, digit) => merged.groups[digit] === group);
  const pick = (order: readonly number[], list: readonly number[]): number[] =>
    order.flatMap((group) => list.filter((_, digit) => merged.groups[digit] === group));
  const [BATCH, M, N, K] = [0, 1, 2, 3];
  return {
    ...kernel,
    batch: digitsOf(BATCH),
    m: digitsOf(M),
    n: digitsOf(N),
    k: digitsOf(K),
    a: mapOperand(kernel.a, (list) => pick([BATCH, M, K], merged.change(wide.a(list)))),
    b: mapOperand(kernel.b, (list) => pick([BATCH, K, N], merged.change(wide.b(list)))),
    exprs: kernel.exprs.map((expr) => mapExpr(expr, (list) => pick([BATCH, M, N], merged.change(wide.c(list))))),
    stores: kernel.stores.map((store) => mapStore(store, (list) => pick([BATCH, M, N], merged.change(wide.c(list))))),
    columnSum: kernel.columnSum === null ? null : mapOperand(kernel.columnSum, (list) => pick([BATCH, N], merged.change(wide.sum(list)))),
  };
}
