import type { Algebra } from '../../algebra.ts';
import type { BinaryFn, UnaryFn, ValueId } from '../graph.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { sliceMap } from '../index-map.ts';

/**
 * One run's row of a vector, (1, cols), whose operations become nodes of a graph: how an optimizer's `step` is compiled.
 *
 * Operands broadcast as in `Vec64`: a single column against any number of them. What is computed from single columns stays a single
 * element of the graph, however many elements it is used for. A number is rounded to float32. NaN follows `scalar-math.ts`.
 */
export class TracedVector implements Algebra<TracedVector> {
  readonly id: ValueId;
  readonly #builder: GraphBuilder;

  constructor(builder: GraphBuilder, id: ValueId) {
    this.#builder = builder;
    this.id = id;
  }

  get cols(): number {
    return this.#builder.node(this.id).size;
  }

  add(other: TracedVector | number): TracedVector {
    return this.#arithmetic('add', other);
  }
  sub(other: TracedVector | number): TracedVector {
    return this.#arithmetic('sub', other);
  }
  mul(other: TracedVector | number): TracedVector {
    return this.#arithmetic('mul', other);
  }
  div(other: TracedVector | number): TracedVector {
    return this.#arithmetic('div', other);
  }
  pow(exponent: TracedVector | number): TracedVector {
    return this.#arithmetic('pow', exponent);
  }
  maximum(other: TracedVector | number): TracedVector {
    return this.#arithmetic('max', other);
  }
  minimum(other: TracedVector | number): TracedVector {
    return this.#arithmetic('min', other);
  }
  greater(other: TracedVector | number): TracedVector {
    const [a, b] = this.#common([this.#as('toFloat'), this.#operand(other).#as('toFloat')]);
    return this.#binary('lt', b, a);
  }
  equal(other: TracedVector | number): TracedVector {
    return this.#arithmetic('eq', other);
  }
  logicalAnd(other: TracedVector): TracedVector {
    const [a, b] = this.#common([this.#as('toBool'), other.#as('toBool')]);
    return this.#binary('and', a, b);
  }
  logicalNot(): TracedVector {
    return this.#as('toBool').#unary('not');
  }
  neg(): TracedVector {
    return this.#as('toFloat').#unary('neg');
  }
  abs(): TracedVector {
    return this.#as('toFloat').#unary('abs');
  }
  sqrt(): TracedVector {
    return this.#as('toFloat').#unary('sqrt');
  }
  square(): TracedVector {
    return this.mul(this);
  }
  sign(): TracedVector {
    return this.#as('toFloat').#unary('sign');
  }
  isFinite(): TracedVector {
    return this.#as('toFloat').#unary('isFinite');
  }

  /** A mask as 0 and 1. */
  toNumber(): TracedVector {
    return this.#as('toFloat');
  }

  where(condition: TracedVector, otherwise: TracedVector): TracedVector {
    const [mask, a, b] = this.#common([condition.#as('toBool'), this.#as('toFloat'), otherwise.#as('toFloat')]);
    return this.#of(this.#builder.select(mask, a, b));
  }

  sum(_axis: 1, _keepDims: true): TracedVector {
    return this.#reduce('sum');
  }

  /** (1, cols) -> (1, 1); NaN if any element is. */
  max(): TracedVector {
    return this.#reduce('max');
  }

  /** Elements begin .. begin + size - 1. */
  slice(begin: number, size: number): TracedVector {
    return this.#of(this.#builder.view(this.id, sliceMap([this.cols], [begin], [size])));
  }

  /** (1, 1) -> (1, cols); a vector of that many columns as it is. */
  broadcast(cols: number): TracedVector {
    if (this.cols !== 1 && this.cols !== cols) throw new Error(`Shapes (1, ${this.cols}) and (1, ${cols}) do not broadcast.`);
    return this.cols === cols ? this : this.#of(this.#builder.spread(this.id, cols));
  }

  #arithmetic(fn: BinaryFn, other: TracedVector | number): TracedVector {
    const [a, b] = this.#common([this.#as('toFloat'), this.#operand(other).#as('toFloat')]);
    return this.#binary(fn, a, b);
  }

  #reduce(fn: 'sum' | 'max'): TracedVector {
    return this.#of(this.#builder.reduce(fn, this.#as('toFloat').id, this.cols));
  }

  #unary(fn: UnaryFn): TracedVector {
    return this.#of(this.#builder.unary(fn, this.id));
  }

  #binary(fn: BinaryFn, a: ValueId, b: ValueId): TracedVector {
    return this.#of(this.#builder.binary(fn, a, b));
  }

  /** As a number or as a mask, whichever it is now. */
  #as(fn: 'toFloat' | 'toBool'): TracedVector {
    return this.#unary(fn);
  }

  #operand(other: TracedVector | number): TracedVector {
    return typeof other === 'number' ? this.#of(this.#builder.constant(other, 1)) : other;
  }

  /** Ids of the operands, all of the same number of columns. */
  #common<const Operands extends readonly TracedVector[]>(operands: Operands): { readonly [I in keyof Operands]: ValueId } {
    const cols = Math.max(...operands.map((operand) => operand.cols));
    return operands.map((operand) => operand.broadcast(cols).id) as { [I in keyof Operands]: ValueId };
  }

  #of(id: ValueId): TracedVector {
    return new TracedVector(this.#builder, id);
  }
}
