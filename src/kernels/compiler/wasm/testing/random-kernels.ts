import fc from 'fast-check';
import type { ReduceFn } from '../../graph.ts';
import type { Guard } from '../../index-map.ts';
import type { Access, Expr, LoopsKernel, MatMulKernel, Operand, Pass, Schedule, ScheduleBuffer, Store } from '../../schedule.ts';

/** Draws numbers; the same seed gives the same kernel. */
type Draw = (below: number) => number;

const sizeOf = (extents: readonly number[]): number => extents.reduce((size, extent) => size * extent, 1);

/** Extents on both sides of vectors, pairs of vectors and loop bodies. */
const EXTENTS = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17] as const;

const pick = <T>(draw: Draw, list: readonly T[]): T => list[draw(list.length)] as T;

/** Collects the buffers of a schedule with one kernel. */
class Buffers {
  readonly list: ScheduleBuffer[] = [];

  add(name: string, size: number, dtype: 'float32' | 'int32' = 'float32', owner: 'run' | 'shared' = 'run'): number {
    return this.list.push({ size, dtype, storage: { kind: 'external', name, owner } }) - 1;
  }
}

/**
 * An access of an array of one to three axes, in each of which it moves with some of the digits, forwards or backwards, in steps of one or
 * two; where it would leave the array, it has a guard.
 */
function randomAccess(draw: Draw, extents: readonly number[], allowGuards: boolean): { readonly at: Access; readonly size: number } {
  const axes = Array.from({ length: 1 + draw(3) }, () => {
    const coefficients = extents.map(() => (draw(5) < 2 ? 0 : pick(draw, [1, 1, 1, 2, -1])));
    let low = 0;
    let high = 0;
    coefficients.forEach((coefficient, digit) => {
      const reach = coefficient * ((extents[digit] as number) - 1);
      low += Math.min(reach, 0);
      high += Math.max(reach, 0);
    });
    const isGuarded = allowGuards && draw(3) === 0;
    const offset = -low + (isGuarded ? draw(3) - 1 : draw(2));
    const extent = isGuarded ? 1 + draw(high - low + 2) : offset + high + 1 + draw(2);
    return { coefficients, offset, extent, isGuarded: isGuarded && (offset + low < 0 || offset + high >= extent) };
  });
  const strides = axes.map((_, axis) => sizeOf(axes.slice(axis + 1).map(({ extent }) => extent)));
  const guards: Guard[] = axes
    .filter(({ isGuarded }) => isGuarded)
    .map(({ coefficients, offset, extent }) => ({ coefficients, offset, extent }));
  return {
    at: {
      strides: extents.map((_, digit) =>
        axes.reduce((sum, axis, index) => sum + (axis.coefficients[digit] as number) * (strides[index] as number), 0),
      ),
      offset: axes.reduce((sum, axis, index) => sum + axis.offset * (strides[index] as number), 0),
      guards,
      fill: guards.length > 0 ? draw(5) - 2 : 0,
    },
    size: sizeOf(axes.map(({ extent }) => extent)),
  };
}

/** Every point of some digits stored somewhere else, in any order of the digits. */
function randomTarget(draw: Draw, extents: readonly number[], digits: number): { readonly at: Access; readonly size: number } {
  const order = Array.from({ length: digits }, (_, digit) => digit);
  if (draw(3) === 0) order.sort(() => draw(3) - 1);
  const strides = extents.map(() => 0);
  const step = draw(6) === 0 ? 2 : 1;
  let stride = step;
  for (const digit of [...order].reverse()) {
    strides[digit] = stride;
    stride *= extents[digit] as number;
  }
  const offset = draw(3);
  return { at: { strides, offset, guards: [], fill: 0 }, size: offset + stride };
}

function randomGuards(draw: Draw, extents: readonly number[]): Guard[] {
  const coefficients = extents.map(() => (draw(3) === 0 ? pick(draw, [1, 2, -1]) : 0));
  return [{ coefficients, offset: draw(4) - 1, extent: 1 + draw(5) }];
}

/** Adds leaves and a few operations on them; the ids of the float32 expressions among them. */
function randomExprs(draw: Draw, extents: readonly number[], buffers: Buffers, exprs: Expr[]): number[] {
  const floats: number[] = [];
  const add = (expr: Expr): number => exprs.push(expr) - 1;
  for (let leaf = 0; leaf < 1 + draw(3); leaf++) {
    const { at, size } = randomAccess(draw, extents, true);
    floats.push(
      add({
        kind: 'load',
        buffer: buffers.add(`in${buffers.list.length}`, size, 'float32', pick(draw, ['run', 'shared'])),
        at,
        dtype: 'float32',
      }),
    );
  }
  if (draw(3) === 0) {
    // A table of rows, read by indices that differ from point to point or not.
    const index = randomAccess(draw, extents, false);
    const indices = add({
      kind: 'load',
      buffer: buffers.add(`index${buffers.list.length}`, index.size, 'int32'),
      at: index.at,
      dtype: 'int32',
    });
    const row = randomAccess(draw, extents, draw(2) === 0);
    const buffer = buffers.add(`in${buffers.list.length}`, INDEX_ROWS * row.size);
    floats.push(add({ kind: 'loadAt', buffer, index: indices, scale: row.size, at: row.at, dtype: 'float32' }));
  }
  if (draw(3) === 0) {
    const position = add({ kind: 'position', at: { ...randomAccess(draw, extents, true).at }, dtype: 'int32' });
    floats.push(add({ kind: 'unary', fn: 'toFloat', a: position, dtype: 'float32' }));
  }
  for (let count = 0; count < 1 + draw(4); count++) {
    const [a, b] = [pick(draw, floats), pick(draw, floats)];
    const choice = draw(6);
    if (choice < 3) floats.push(add({ kind: 'binary', fn: pick(draw, ['add', 'sub', 'mul', 'max', 'min']), a, b, dtype: 'float32' }));
    else if (choice === 3) floats.push(add({ kind: 'unary', fn: pick(draw, ['neg', 'tanh', 'abs']), a, dtype: 'float32' }));
    else if (choice === 4) {
      const condition = add({ kind: 'binary', fn: pick(draw, ['lt', 'le']), a, b, dtype: 'bool' });
      floats.push(add({ kind: 'select', condition, a: b, b: a, dtype: 'float32' }));
    } else floats.push(add({ kind: 'guarded', guards: randomGuards(draw, extents), value: a, fill: draw(3) - 1, dtype: 'float32' }));
  }
  return floats;
}

/** Rows of the tables that `loadAt` reads: indices lie below. */
export const INDEX_ROWS = 5;

function randomLoops(draw: Draw, buffers: Buffers): LoopsKernel {
  const extents = Array.from({ length: draw(5) }, () => pick(draw, EXTENTS));
  while (sizeOf(extents) > 4000) extents.pop();
  const outer = draw(extents.length + 1);
  const exprs: Expr[] = [];
  const floats = randomExprs(draw, extents, buffers, exprs);
  const passes: Pass[] = [];
  const scalars: number[] = [];
  let reductions = 0;
  for (let index = 0; index < 1 + draw(3); index++) {
    const value = (): number => {
      const own = pick(draw, floats);
      if (scalars.length === 0 || draw(2) === 0) return own;
      return exprs.push({ kind: 'binary', fn: pick(draw, ['sub', 'mul']), a: own, b: pick(draw, scalars), dtype: 'float32' }) - 1;
    };
    const store = (digits: number, stored: number): Store => {
      const { at, size } = randomTarget(draw, extents, digits);
      return { buffer: buffers.add(`out${buffers.list.length}`, size), at, value: stored };
    };
    const reduces = Array.from({ length: draw(3) }, () => ({ fn: pick<ReduceFn>(draw, ['sum', 'max', 'min']), value: value() }));
    const stores = Array.from({ length: draw(2) + Number(reduces.length === 0) }, () => store(extents.length, value()));
    const [replaced, reader] = stores;
    if (replaced !== undefined && reader !== undefined && draw(2) === 0) {
      // What one store replaces, another one of the same pass still reads.
      const old = exprs.push({ kind: 'load', buffer: replaced.buffer, at: replaced.at, dtype: 'float32' }) - 1;
      const sum = exprs.push({ kind: 'binary', fn: 'add', a: old, b: reader.value, dtype: 'float32' }) - 1;
      stores[1] = { ...reader, value: sum };
    }
    for (const _ of reduces) scalars.push(exprs.push({ kind: 'reduced', index: reductions++, dtype: 'float32' }) - 1);
    const outerStores = reduces.length > 0 ? [store(outer, pick(draw, scalars))] : [];
    passes.push({ reduces, stores, outerStores });
    // What one pass stores, a later one may read at the same point.
    const [first] = stores;
    if (first !== undefined && draw(2) === 0)
      floats.push(exprs.push({ kind: 'load', buffer: first.buffer, at: first.at, dtype: 'float32' }) - 1);
  }
  return { kind: 'loops', label: 'random loops', level: 0, extents, outer, exprs, passes };
}

function randomMatMul(draw: Draw, buffers: Buffers): MatMulKernel {
  const digits = (most: number, extents: readonly number[]): number[] => Array.from({ length: draw(most + 1) }, () => pick(draw, extents));
  const batch = digits(2, [1, 2, 3]);
  const m = digits(2, EXTENTS);
  const n = digits(2, EXTENTS);
  const k = digits(2, EXTENTS);
  const operand = (name: string, extents: readonly number[]): Operand => {
    const { at, size } = randomAccess(draw, extents, draw(3) === 0);
    return { buffer: buffers.add(name, size), at };
  };
  const a = operand('inA', [...batch, ...m, ...k]);
  const b = operand('inB', [...batch, ...k, ...n]);
  const domain = [...batch, ...m, ...n];
  const exprs: Expr[] = [{ kind: 'accumulator', dtype: 'float32' }];
  const stores: Store[] = [];
  for (let index = 0; index < 1 + draw(2); index++) {
    let value = 0;
    if (draw(2) === 0) {
      const floats = randomExprs(draw, domain, buffers, exprs);
      value = exprs.push({ kind: 'binary', fn: pick(draw, ['add', 'mul']), a: 0, b: floats.at(-1) as number, dtype: 'float32' }) - 1;
    }
    const { at, size } = randomTarget(draw, domain, domain.length);
    stores.push({ buffer: buffers.add(`out${buffers.list.length}`, size), at, value });
  }
  const sums = randomTarget(draw, [...batch, ...n], batch.length + n.length);
  const columnSum = draw(4) === 0 ? { buffer: buffers.add('outSums', sums.size), at: sums.at } : null;
  return { kind: 'matmul', label: 'random matmul', level: 0, batch, m, n, k, a, b, exprs, stores, columnSum };
}

function scheduleOf(make: (draw: Draw, buffers: Buffers) => LoopsKernel | MatMulKernel, draw: Draw): Schedule {
  const buffers = new Buffers();
  const kernel = make(draw, buffers);
  return { kernels: [kernel], buffers: buffers.list };
}

/** Draws from fast-check's own generator, so that a failing kernel can be drawn again from its seed and path. */
const drawn = (make: (draw: Draw, buffers: Buffers) => LoopsKernel | MatMulKernel): fc.Arbitrary<Schedule> =>
  fc.infiniteStream(fc.nat(2 ** 30)).map((stream) => scheduleOf(make, (below) => (stream.next().value as number) % below));

export const loopsSchedules = drawn(randomLoops);
export const matMulSchedules = drawn(randomMatMul);
