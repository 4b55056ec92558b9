import type { Dtype, ReduceFn } from '../graph.ts';
import { splatOf } from './emitter.ts';
import type { FunctionBuilder, Local } from './function-builder.ts';
import type { PlainName } from './opcodes.ts';

/** One reduction while its loops run: several vectors of partial results, so that consecutive vectors need not wait for each other. */
export class Reduction {
  readonly #f: FunctionBuilder;
  readonly #fn: ReduceFn;
  readonly #dtype: Dtype;
  readonly #partial: Local[];
  /**
   * The instructions that keep NaN are slow. So maxima and minima of float32 are taken by ones that lose it, and these masks remember in
   * which lanes it has been.
   */
  readonly #sawNaN: readonly Local[] | null;

  /** Emits the start: `count` vectors of the identity. */
  constructor(f: FunctionBuilder, fn: ReduceFn, dtype: Dtype, count: number) {
    this.#f = f;
    this.#fn = fn;
    this.#dtype = dtype;
    const vectors = (value: number, type: Dtype): Local[] =>
      Array.from({ length: count }, () => {
        const local = f.local('v128');
        splatOf(f, value, type);
        f.set(local);
        return local;
      });
    this.#partial = vectors(identityOf(fn, dtype), dtype);
    this.#sawNaN = fn !== 'sum' && dtype === 'float32' ? vectors(0, 'int32') : null;
  }

  /** Takes in a vector of which `lanes` count; `push` leaves it on the stack. */
  add(index: number, lanes: number, push: () => void): void {
    const f = this.#f;
    const partial = this.#partial[index] as Local;
    const sawNaN = this.#sawNaN?.[index];
    const masked = (): void => {
      push();
      if (lanes === 4) return;
      splatOf(f, identityOf(this.#fn, this.#dtype), this.#dtype);
      f.ints([0, 1, 2, 3].map((lane) => (lane < lanes ? -1 : 0)));
      f.op('v128.bitselect');
    };
    if (sawNaN === undefined) {
      f.get(partial);
      masked();
      f.op(combine(this.#fn, this.#dtype));
      f.set(partial);
      return;
    }
    const value = f.local('v128');
    f.get(partial);
    masked();
    f.tee(value);
    f.op(this.#fn === 'max' ? 'f32x4.pmax' : 'f32x4.pmin');
    f.set(partial);
    f.get(sawNaN, value, value);
    f.op('f32x4.ne', 'v128.or');
    f.set(sawNaN);
    f.release(value);
  }

  /** The results, a vector each: of every lane by itself, or a single one that has the result of all vectors and lanes in each lane. */
  finish(joinsLanes: boolean): readonly Local[] {
    const f = this.#f;
    this.#sawNaN?.forEach((mask, index) => {
      const partial = this.#partial[index] as Local;
      f.splat(Number.NaN);
      f.get(partial, mask);
      f.op('v128.bitselect');
      f.set(partial);
      f.release(mask);
    });
    if (joinsLanes) this.#join();
    return this.#partial;
  }

  /** Halves with halves, so that the order depends on the number of partial results alone. */
  #join(): void {
    const f = this.#f;
    const operation = combine(this.#fn, this.#dtype);
    const locals = this.#partial;
    while (locals.length > 1) {
      const half = Math.ceil(locals.length / 2);
      for (let index = half; index < locals.length; index++) {
        f.get(locals[index - half] as Local, locals[index] as Local);
        f.op(operation);
        f.set(locals[index - half] as Local);
      }
      for (const local of locals.splice(half)) f.release(local);
    }
    const total = locals[0] as Local;
    for (const lanes of [
      [2, 3, 0, 1],
      [1, 0, 3, 2],
    ] as const) {
      f.get(total, total, total);
      f.shuffle(lanes);
      f.op(operation);
      f.set(total);
    }
  }
}

function combine(fn: ReduceFn, dtype: Dtype): PlainName {
  if (dtype === 'int32') return ({ sum: 'i32x4.add', max: 'i32x4.max_s', min: 'i32x4.min_s' } as const)[fn];
  if (dtype === 'float32') return ({ sum: 'f32x4.add', max: 'f32x4.max', min: 'f32x4.min' } as const)[fn];
  if (fn === 'sum') throw new Error('sum of bool');
  return fn === 'max' ? 'v128.or' : 'v128.and';
}

function identityOf(fn: ReduceFn, dtype: Dtype): number {
  if (fn === 'sum') return 0;
  if (dtype === 'bool') return fn === 'max' ? 0 : 1;
  if (dtype === 'int32') return fn === 'max' ? -(2 ** 31) : 2 ** 31 - 1;
  return fn === 'max' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
