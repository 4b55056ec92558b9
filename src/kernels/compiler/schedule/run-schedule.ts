import { pcg4d } from '../../counter-random.ts';
import { customKernel } from '../custom-kernels.ts';
import type { ReduceFn } from '../graph.ts';
import type { Guard } from '../index-map.ts';
import { binaryMath, unaryMath } from '../scalar-math.ts';
import type {
  Access,
  Expr,
  ExprId,
  Kernel,
  LoopsKernel,
  MatMulKernel,
  Schedule,
  ScheduleBuffer,
  SegmentSumKernel,
  Store,
} from '../schedule.ts';

/** Memory of every buffer of a schedule. */
export type Memory = readonly Float64Array[];

/**
 * Runs a schedule for one run in float64, kernel by kernel, point by point: what generated code is compared with.
 * @param externals memory of every external by name, of its size; outputs are written there
 */
export function runSchedule(schedule: Schedule, externals: Readonly<Record<string, Float64Array>>): void {
  const memory = schedule.buffers.map((buffer) => memoryOf(buffer, externals));
  for (const kernel of schedule.kernels) runKernel(kernel, memory);
}

export function memoryOf(
  { storage, size }: ScheduleBuffer,
  externals: Readonly<Record<string, Float64Array>>,
  arena: () => Float64Array = () => new Float64Array(size).fill(Number.NaN),
): Float64Array {
  switch (storage.kind) {
    case 'constant':
      return storage.values;
    case 'arena':
      return arena();
    case 'external': {
      const given = externals[storage.name];
      if (given?.length !== size) throw new Error(`external "${storage.name}" must have ${size} elements, not ${given?.length ?? 'none'}`);
      return given;
    }
  }
}

export function runKernel(kernel: Kernel, memory: Memory): void {
  switch (kernel.kind) {
    case 'loops':
      runLoops(kernel, memory);
      return;
    case 'matmul':
      runMatMul(kernel, memory);
      return;
    case 'segmentSum':
      runSegmentSum(kernel, memory);
      return;
    case 'custom': {
      const output = memory[kernel.output] as Float64Array;
      const inputs = kernel.inputs.map((buffer) => memory[buffer] as Float64Array);
      output.set(customKernel(kernel.name).interpret(inputs, kernel.attrs, output.length));
      return;
    }
    default:
      kernel satisfies never;
  }
}

type Point = readonly number[];

/** Digits of every point of a domain, in order. */
function* pointsOf(extents: readonly number[]): Generator<Point> {
  const size = extents.reduce((product, extent) => product * extent, 1);
  for (let index = 0; index < size; index++) {
    const digits: number[] = [];
    let rest = index;
    for (let d = extents.length - 1; d >= 0; d--) {
      digits.unshift(rest % (extents[d] as number));
      rest = Math.floor(rest / (extents[d] as number));
    }
    yield digits;
  }
}

const linear = (strides: readonly number[], offset: number, point: Point): number =>
  point.reduce((sum, digit, d) => sum + digit * (strides[d] as number), offset);

const holds = (guards: readonly Guard[], point: Point): boolean =>
  guards.every(({ coefficients, offset, extent }) => {
    const value = linear(coefficients, offset, point);
    return value >= 0 && value < extent;
  });

function element(values: Float64Array, index: number): number {
  const value = values[index];
  if (value === undefined) throw new Error(`element ${index} of ${values.length} is read`);
  return value;
}

const read = (values: Float64Array, { strides, offset, guards, fill }: Access, point: Point, start = 0): number =>
  holds(guards, point) ? element(values, start + linear(strides, offset, point)) : fill;

interface Registers {
  readonly reduced: readonly number[];
  readonly accumulator: number;
}

/** Values of a kernel's expressions at one point, each computed when asked for. */
function evaluator(exprs: readonly Expr[], memory: Memory, point: Point, { reduced, accumulator }: Registers): (id: ExprId) => number {
  const known = new Map<ExprId, number>();
  const value = (id: ExprId): number => {
    const found = known.get(id) ?? compute(exprs[id] as Expr);
    known.set(id, found);
    return found;
  };
  const compute = (expr: Expr): number => {
    switch (expr.kind) {
      case 'number':
        return expr.value;
      case 'load':
        return read(memory[expr.buffer] as Float64Array, expr.at, point);
      case 'loadAt':
        return read(memory[expr.buffer] as Float64Array, expr.at, point, value(expr.index) * expr.scale);
      case 'position':
        return holds(expr.at.guards, point) ? linear(expr.at.strides, expr.at.offset, point) : expr.at.fill;
      case 'unary':
        return unaryMath[expr.fn](value(expr.a));
      case 'binary':
        return binaryMath[expr.fn](value(expr.a), value(expr.b));
      case 'select':
        return value(expr.condition) !== 0 ? value(expr.a) : value(expr.b);
      case 'uniform': {
        const words = new Uint32Array(4);
        pcg4d(value(expr.seed), value(expr.step), expr.layer, value(expr.index), words);
        return ((words[0] as number) >>> 8) * 2 ** -24;
      }
      case 'guarded':
        return holds(expr.guards, point) ? value(expr.value) : expr.fill;
      case 'reduced': {
        const result = reduced[expr.index];
        if (result === undefined) throw new Error(`reduction ${expr.index} is read before it is computed`);
        return result;
      }
      case 'accumulator':
        return accumulator;
      default:
        return expr satisfies never;
    }
  };
  return value;
}

/** All values first, then the stores. */
function store(stores: readonly Store[], memory: Memory, point: Point, value: (id: ExprId) => number): void {
  const values = stores.map((entry) => value(entry.value));
  stores.forEach(({ buffer, at }, index) => {
    const target = memory[buffer] as Float64Array;
    const place = linear(at.strides, at.offset, point);
    if (place < 0 || place >= target.length) throw new Error(`element ${place} of ${target.length} is written`);
    target[place] = values[index] as number;
  });
}

const START: Readonly<Record<ReduceFn, number>> = { sum: 0, max: Number.NEGATIVE_INFINITY, min: Number.POSITIVE_INFINITY };

function runLoops({ extents, outer, exprs, passes }: LoopsKernel, memory: Memory): void {
  const inner = extents.slice(outer);
  for (const row of pointsOf(extents.slice(0, outer))) {
    const reduced: number[] = [];
    for (const { reduces, stores, outerStores } of passes) {
      const results = reduces.map(({ fn }) => START[fn]);
      for (const col of pointsOf(inner)) {
        const point = [...row, ...col];
        const value = evaluator(exprs, memory, point, { reduced, accumulator: Number.NaN });
        reduces.forEach(({ fn, value: id }, index) => {
          const [before, now] = [results[index] as number, value(id)];
          results[index] = fn === 'sum' ? before + now : fn === 'max' ? Math.max(before, now) : Math.min(before, now);
        });
        store(stores, memory, point, value);
      }
      reduced.push(...results);
      const point = [...row, ...inner.map(() => 0)];
      store(outerStores, memory, point, evaluator(exprs, memory, point, { reduced, accumulator: Number.NaN }));
    }
  }
}

function runMatMul({ batch, m, n, k, a, b, exprs, stores, columnSum }: MatMulKernel, memory: Memory): void {
  const [left, right] = [memory[a.buffer] as Float64Array, memory[b.buffer] as Float64Array];
  for (const group of pointsOf(batch)) {
    for (const col of pointsOf(n)) {
      for (const row of pointsOf(m)) {
        let accumulator = 0;
        for (const inner of pointsOf(k)) {
          accumulator += read(left, a.at, [...group, ...row, ...inner]) * read(right, b.at, [...group, ...inner, ...col]);
        }
        const point = [...group, ...row, ...col];
        store(stores, memory, point, evaluator(exprs, memory, point, { reduced: [], accumulator }));
      }
      if (columnSum === null) continue;
      let sum = 0;
      for (const inner of pointsOf(k)) sum += read(right, b.at, [...group, ...inner, ...col]);
      const { strides, offset } = columnSum.at;
      (memory[columnSum.buffer] as Float64Array)[linear(strides, offset, [...group, ...col])] = sum;
    }
  }
}

function runSegmentSum({ count, rows, rowSize, isSorted, values, indices, target }: SegmentSumKernel, memory: Memory): void {
  const result = memory[target.buffer] as Float64Array;
  const place = (row: number, col: number): number => linear(target.at.strides, target.at.offset, [row, col]);
  for (let row = 0; row < rows; row++) for (let col = 0; col < rowSize; col++) result[place(row, col)] = 0;
  const add = (row: number, i: number): void => {
    for (let col = 0; col < rowSize; col++) {
      const at = place(row, col);
      result[at] = (result[at] as number) + read(memory[values.buffer] as Float64Array, values.at, [i, col]);
    }
  };
  const index = (i: number): number => read(memory[indices.buffer] as Float64Array, indices.at, [i]);
  if (isSorted) {
    for (let row = 0; row < rows; row++) for (let entry = index(row); entry < index(row + 1); entry++) add(row, index(rows + 1 + entry));
    return;
  }
  for (let i = 0; i < count; i++) {
    const row = index(i);
    if (row < 0 || row >= rows) throw new Error(`index ${row} lies outside of ${rows} rows`);
    add(row, i);
  }
}
