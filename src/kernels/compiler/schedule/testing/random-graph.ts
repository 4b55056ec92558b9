import fc from 'fast-check';
import type { BinaryFn, Graph, ReduceFn, UnaryFn, ValueId } from '../../graph.ts';
import { GraphBuilder } from '../../graph-builder.ts';
import {
  broadcastMap,
  dilateMap,
  type IndexMap,
  indexMap,
  padMap,
  reverseMap,
  sizeOf,
  sliceMap,
  tileMap,
  transposeMap,
} from '../../index-map.ts';

/** One operation of a random program: what it is, and numbers that choose its operands and sizes, whatever there is to choose from. */
export interface RandomOp {
  readonly kind: (typeof KINDS)[number];
  readonly picks: readonly number[];
}

export interface RandomProgram {
  readonly ops: readonly RandomOp[];
  /** Which values are outputs, besides the last. */
  readonly outputs: readonly number[];
  /** Whether outputs replace inputs of their size. */
  readonly isInPlace: boolean;
}

export interface BuiltProgram {
  readonly graph: Graph;
  readonly inputs: Readonly<Record<string, Float64Array>>;
  readonly inPlace: Readonly<Record<string, string>>;
}

const KINDS = [
  'unary',
  'binary',
  'binary',
  'compare',
  'select',
  'view',
  'view',
  'view',
  'rows',
  'reduce',
  'reduce',
  'matmul',
  'matmul',
  'concat',
  'gather',
  'segmentSum',
  'uniform',
  'normalize',
] as const;
const UNARY_CHOICES: readonly UnaryFn[] = ['neg', 'abs', 'sqrt', 'exp', 'tanh', 'sign', 'floor'];
const BINARY_CHOICES: readonly BinaryFn[] = ['add', 'sub', 'mul', 'div', 'max', 'min'];
const REDUCE_CHOICES: readonly ReduceFn[] = ['sum', 'max', 'min'];
const LARGEST = 2000;

export const randomProgram: fc.Arbitrary<RandomProgram> = fc.record({
  ops: fc.array(fc.record({ kind: fc.constantFrom(...KINDS), picks: fc.array(fc.nat({ max: 1000 }), { minLength: 8, maxLength: 8 }) }), {
    minLength: 1,
    maxLength: 14,
  }),
  outputs: fc.array(fc.nat({ max: 1000 }), { maxLength: 3 }),
  isInPlace: fc.boolean(),
});

interface Value {
  readonly id: ValueId;
  readonly shape: readonly number[];
}

/** Builds the program and numbers for its inputs. */
export function buildProgram({ ops, outputs, isInPlace }: RandomProgram): BuiltProgram {
  const builder = new ProgramBuilder();
  for (const op of ops) builder.add(op);
  return builder.finish(outputs, isInPlace);
}

class ProgramBuilder {
  readonly #builder = new GraphBuilder();
  readonly #floats: Value[];
  readonly #seed: ValueId;
  readonly #step: ValueId;
  readonly #rows: ValueId;
  readonly #shapes: Readonly<Record<string, readonly number[]>> = { x: [3, 4], y: [2, 3, 2], z: [4], s: [1] };

  constructor() {
    const builder = this.#builder;
    this.#floats = Object.entries(this.#shapes).map(([name, shape]) => ({
      id: builder.input(name, sizeOf(shape), 'float32', name === 'z' ? 'shared' : 'run'),
      shape,
    }));
    this.#seed = builder.input('seed', 1, 'int32', 'run');
    this.#step = builder.input('step', 1, 'int32', 'shared');
    this.#rows = builder.input('rows', 5, 'int32', 'run');
  }

  add({ kind, picks }: RandomOp): void {
    this.#builder.at(`${kind} ${this.#floats.length}`);
    const value = this.#build(kind, picks);
    if (sizeOf(value.shape) <= LARGEST) this.#floats.push(value);
  }

  finish(outputs: readonly number[], isInPlace: boolean): BuiltProgram {
    const chosen = [...new Set([this.#floats.at(-1) as Value, ...outputs.map((pick) => this.#pick(pick))])];
    const named = Object.fromEntries(chosen.map(({ id }, index) => [`out${index}`, id]));
    const graph = this.#builder.finish(named);
    const inPlace: Record<string, string> = {};
    if (isInPlace) {
      const free = new Map(Object.entries(this.#shapes).filter(([name]) => name !== 'z'));
      chosen.forEach(({ shape }, index) => {
        const target = [...free].find(([name, own]) => sizeOf(own) === sizeOf(shape) && isInput(graph, name))?.[0];
        if (target === undefined) return;
        free.delete(target);
        inPlace[`out${index}`] = target;
      });
    }
    const numbers = (size: number, start: number): Float64Array =>
      Float64Array.from({ length: size }, (_, i) => Math.fround(Math.sin(start + 1.7 * i) * 1.5));
    const inputs: Record<string, Float64Array> = {
      seed: Float64Array.of(7),
      step: Float64Array.of(3),
      rows: Float64Array.of(2, 0, 1, 2, 0),
    };
    Object.entries(this.#shapes).forEach(([name, shape], index) => {
      inputs[name] = numbers(sizeOf(shape), index);
    });
    return { graph, inputs, inPlace };
  }

  #build(kind: RandomOp['kind'], picks: readonly number[]): Value {
    const builder = this.#builder;
    const [p0, p1, p2, p3, p4] = picks as [number, number, number, number, number];
    const a = this.#pick(p0);
    const size = sizeOf(a.shape);
    const b = this.#fit(this.#pick(p1), size, p2);
    switch (kind) {
      case 'unary':
        return { id: builder.unary(choose(UNARY_CHOICES, p1), a.id), shape: a.shape };
      case 'binary':
        return { id: builder.binary(choose(BINARY_CHOICES, p3), a.id, b), shape: a.shape };
      case 'compare':
        return { id: builder.unary('toFloat', builder.binary(p3 % 2 === 0 ? 'lt' : 'le', a.id, b)), shape: a.shape };
      case 'select': {
        const condition = builder.binary('lt', b, builder.constant(0.25, size));
        return { id: builder.select(condition, a.id, this.#fit(this.#pick(p3), size, p4)), shape: a.shape };
      }
      case 'view':
        return this.#view(a, picks);
      case 'rows': {
        // Numbers per row over all columns, as after a reduction.
        const cols = 2 + (p1 % 3);
        return { id: builder.view(a.id, indexMap([size, cols], [1, 0])), shape: [size, cols] };
      }
      case 'reduce': {
        const { cols, rows } = rowsOf(a.shape, p1);
        return { id: builder.reduce(choose(REDUCE_CHOICES, p2), a.id, cols), shape: rows };
      }
      case 'normalize': {
        const { cols, rows } = rowsOf(a.shape, p1);
        const count = sizeOf(rows);
        const spread = (id: ValueId): ValueId => builder.view(id, indexMap([count, cols], [1, 0]));
        const shifted = builder.binary('sub', a.id, spread(builder.reduce('max', a.id, cols)));
        const e = builder.unary('exp', shifted);
        return { id: builder.binary('div', e, spread(builder.reduce('sum', e, cols))), shape: a.shape };
      }
      case 'matmul':
        return this.#matmul(a, picks);
      case 'concat': {
        const outer = divisorOf(size, p2);
        const other = this.#fit(this.#pick(p1), outer * (1 + (p3 % 4)), p4);
        const pieces = [a.id, other, ...(p4 % 3 === 0 ? [builder.constant(0, outer)] : [])];
        const id = builder.concat(p3 % 2 === 0 ? pieces : pieces.reverse(), outer);
        return { id, shape: [outer, builder.node(id).size / outer] };
      }
      case 'gather': {
        const rowSize = 1 + (p2 % 3);
        const table = this.#fit(a, 3 * rowSize, p3);
        return { id: builder.gather(table, this.#rows, rowSize), shape: [5, rowSize] };
      }
      case 'segmentSum': {
        const rowSize = 1 + (p2 % 3);
        return { id: builder.segmentSum(this.#fit(a, 5 * rowSize, p3), this.#rows, 4, rowSize), shape: [4, rowSize] };
      }
      case 'uniform': {
        const index = builder.iota(size);
        const noise = builder.uniform(this.#seed, this.#step, p1 % 3, p2 % 2 === 0 ? index : builder.view(index, reverseMap([size], [0])));
        return { id: builder.binary('mul', a.id, noise), shape: a.shape };
      }
      default:
        return kind satisfies never;
    }
  }

  #matmul(a: Value, picks: readonly number[]): Value {
    const [, p1, p2, p3, p4, p5] = picks as [number, number, number, number, number, number];
    const batch = 1 + (p2 % 2);
    const [m, n, k] = [1 + (p3 % 4), 1 + (p4 % 4), 1 + (p5 % 5)];
    const left = this.#fit(a, batch * m * k, p1);
    const right = this.#fit(this.#pick(p1), batch * k * n, p2);
    const builder = this.#builder;
    const turn = (id: ValueId, rows: number, cols: number): ValueId => builder.view(id, transposeMap([batch, rows, cols], [0, 2, 1]));
    const product = builder.matmul(p2 % 3 === 0 ? turn(left, k, m) : left, p3 % 3 === 0 ? turn(right, n, k) : right, { batch, m, n, k });
    if (p4 % 3 > 0) return { id: product, shape: [batch, m, n] };
    // The bias gradient that comes with it.
    const sums = builder.reduce('sum', builder.view(right, transposeMap([batch, k, n], [0, 2, 1])), k);
    return { id: builder.concat([product, sums], 1), shape: [batch * (m + 1) * n] };
  }

  #view(a: Value, picks: readonly number[]): Value {
    const builder = this.#builder;
    const [, p1, p2, p3, p4, p5] = picks as [number, number, number, number, number, number];
    const shape = a.shape;
    const numbers = [p2, p3, p4, p5];
    const at = (axis: number): number => numbers[axis % numbers.length] as number;
    const of = (map: IndexMap, seen: readonly number[], fill = 0): Value => ({ id: builder.view(a.id, map, fill), shape: seen });
    switch (p1 % 8) {
      case 0: {
        const order = shape.map((_, axis) => axis).sort((s, t) => at(s) - at(t) || s - t);
        return of(
          transposeMap(shape, order),
          order.map((axis) => shape[axis] as number),
        );
      }
      case 1: {
        const begin = shape.map((extent, axis) => at(axis) % extent);
        const count = shape.map((extent, axis) => 1 + (at(axis + 1) % (extent - (begin[axis] as number))));
        return of(sliceMap(shape, begin, count), count);
      }
      case 2: {
        const before = shape.map((_, axis) => at(axis) % 2);
        const after = shape.map((_, axis) => at(axis + 1) % 3);
        const padded = shape.map((extent, axis) => extent + (before[axis] as number) + (after[axis] as number));
        return of(padMap(shape, before, after), padded, p5 % 2);
      }
      case 3: {
        const repeats = shape.map((_, axis) => 1 + (at(axis) % 2));
        return of(
          tileMap(shape, repeats),
          shape.map((extent, axis) => extent * (repeats[axis] as number)),
        );
      }
      case 4:
        return of(
          reverseMap(
            shape,
            shape.map((_, axis) => axis).filter((axis) => at(axis) % 2 === 0),
          ),
          shape,
        );
      case 5: {
        const stride = shape.map((_, axis) => 1 + (at(axis) % 2));
        return of(
          dilateMap(shape, stride),
          shape.map((extent, axis) => extent * (stride[axis] as number)),
        );
      }
      case 6:
        return of(broadcastMap(shape, [2, ...shape]), [2, ...shape]);
      default: {
        // The same elements, axes cut anew.
        const outer = divisorOf(sizeOf(shape), p2);
        return { id: a.id, shape: [outer, sizeOf(shape) / outer] };
      }
    }
  }

  /** A value of this size made of another's elements, repeated or left out. */
  #fit({ id, shape }: Value, size: number, pick: number): ValueId {
    const has = sizeOf(shape);
    const builder = this.#builder;
    if (has === size) return id;
    if (size % has === 0) {
      const times = size / has;
      const map = pick % 2 === 0 ? indexMap([times, has], [0, 1]) : indexMap([has, times], [1, 0]);
      return builder.view(id, map);
    }
    if (has > size) return builder.view(id, indexMap([size], [1], pick % (has - size + 1)));
    const tiled = builder.view(id, indexMap([Math.ceil(size / has), has], [0, 1]));
    return builder.view(tiled, indexMap([size], [1]));
  }

  #pick(pick: number): Value {
    return choose(this.#floats, this.#floats.length - 1 - (pick % this.#floats.length));
  }
}

const choose = <T>(list: readonly T[], pick: number): T => list[pick % list.length] as T;

const divisorOf = (size: number, pick: number): number => {
  const divisors = Array.from({ length: size }, (_, i) => i + 1).filter((d) => size % d === 0);
  return choose(divisors, pick);
};

/** The last axis, or all, or the last two, as columns. */
function rowsOf(shape: readonly number[], pick: number): { readonly cols: number; readonly rows: readonly number[] } {
  const count = Math.min(shape.length, 1 + (pick % 3));
  const rows = shape.slice(0, shape.length - count);
  return { cols: sizeOf(shape) / sizeOf(rows), rows: rows.length > 0 ? rows : [1] };
}

const isInput = (graph: Graph, name: string): boolean => graph.nodes.some((node) => node.op === 'input' && node.name === name);
