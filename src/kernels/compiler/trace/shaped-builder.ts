import type { BinaryFn, Dtype, ReduceFn, UnaryFn, ValueId } from '../graph.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import {
  broadcastMap,
  type IndexMap,
  indexMap,
  padMap,
  reverseMap,
  rowMajor,
  sizeOf,
  sliceMap,
  tileMap,
  transposeMap,
} from '../index-map.ts';

/** A graph's value together with the shape in which TensorFlow.js sees it. */
export interface Shaped {
  readonly id: ValueId;
  readonly shape: readonly number[];
}

/** NumPy's rule. Throws where the shapes do not fit. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - (rank - a.length)] ?? 1;
    const right = b[axis - (rank - b.length)] ?? 1;
    if (left !== right && left !== 1 && right !== 1) throw new Error(`(${a}) and (${b}) do not broadcast`);
    return left === 1 ? right : left;
  });
}

/** Axes as numbers in [0, rank), ascending; null means all of them. */
export function resolveAxes(axes: number | readonly number[] | null | undefined, rank: number): number[] {
  const all = Array.from({ length: rank }, (_, axis) => axis);
  if (axes === null || axes === undefined) return all;
  const list = typeof axes === 'number' ? [axes] : axes;
  return list.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
}

/** The graph builder in terms of shapes: broadcasting, axes and dtype promotion become views, reductions and casts. */
export class ShapedBuilder {
  readonly flat: GraphBuilder;

  constructor(flat: GraphBuilder) {
    this.flat = flat;
  }

  dtype({ id }: Shaped): Dtype {
    return this.flat.node(id).dtype;
  }

  /** One number for all elements, or one per element. */
  constant(values: number | ArrayLike<number>, shape: readonly number[], dtype: Dtype = 'float32'): Shaped {
    return { id: this.flat.constant(values, sizeOf(shape), dtype), shape };
  }

  cast(x: Shaped, dtype: Dtype): Shaped {
    const own = this.dtype(x);
    if (own === dtype) return x;
    if (own === 'bool' && dtype === 'int32') return this.cast(this.cast(x, 'float32'), 'int32');
    const fn = { float32: 'toFloat', int32: 'toInt', bool: 'toBool' } as const;
    return { id: this.flat.unary(fn[dtype], x.id), shape: x.shape };
  }

  unary(fn: UnaryFn, x: Shaped): Shaped {
    return { id: this.flat.unary(fn, x.id), shape: x.shape };
  }

  /** Broadcasts and promotes: a number takes the other operand's dtype, int32 with float32 is float32, bool counts as int32. */
  binary(fn: BinaryFn, left: Shaped | number, right: Shaped | number): Shaped {
    const [a, b] = this.#alike(left, right, fn === 'and' || fn === 'or');
    return { id: this.flat.binary(fn, a.id, b.id), shape: a.shape };
  }

  /** condition ? a : b, all three broadcast. */
  select(condition: Shaped, left: Shaped | number, right: Shaped | number): Shaped {
    const [a, b] = this.#alike(left, right, true);
    const shape = broadcastShape(condition.shape, a.shape);
    const test = this.broadcast(this.cast(condition, 'bool'), shape);
    return { id: this.flat.select(test.id, this.broadcast(a, shape).id, this.broadcast(b, shape).id), shape };
  }

  reshape(x: Shaped, shape: readonly number[]): Shaped {
    if (sizeOf(shape) !== sizeOf(x.shape)) throw new Error(`(${x.shape}) does not reshape to (${shape})`);
    return { id: x.id, shape };
  }

  view(x: Shaped, map: IndexMap, shape: readonly number[], fill = 0): Shaped {
    return { id: this.flat.view(x.id, map, fill), shape };
  }

  broadcast(x: Shaped, shape: readonly number[]): Shaped {
    return this.view(x, broadcastMap(x.shape, shape), shape);
  }

  transpose(x: Shaped, order: readonly number[]): Shaped {
    return this.view(
      x,
      transposeMap(x.shape, order),
      order.map((axis) => x.shape[axis] as number),
    );
  }

  slice(x: Shaped, begin: readonly number[], size: readonly number[]): Shaped {
    return this.view(x, sliceMap(x.shape, begin, size), size);
  }

  pad(x: Shaped, paddings: readonly (readonly [number, number])[], fill: number): Shaped {
    const map = padMap(
      x.shape,
      paddings.map(([before]) => before),
      paddings.map(([, after]) => after),
    );
    return this.view(
      x,
      map,
      x.shape.map((extent, axis) => extent + (paddings[axis]?.[0] ?? 0) + (paddings[axis]?.[1] ?? 0)),
      fill,
    );
  }

  reverse(x: Shaped, axes: readonly number[]): Shaped {
    return this.view(x, reverseMap(x.shape, axes), x.shape);
  }

  tile(x: Shaped, repeats: readonly number[]): Shaped {
    return this.view(
      x,
      tileMap(x.shape, repeats),
      x.shape.map((extent, axis) => extent * (repeats[axis] as number)),
    );
  }

  /** Pieces that agree in all axes but `axis`. */
  concat(pieces: readonly Shaped[], axis: number): Shaped {
    const kept = pieces.filter(({ shape }) => sizeOf(shape) > 0);
    const [first] = kept;
    if (first === undefined) throw new Error('concat of nothing');
    const shape = [...first.shape];
    shape[axis] = kept.reduce((sum, piece) => sum + (piece.shape[axis] as number), 0);
    const dtype = this.dtype(first);
    return {
      id: this.flat.concat(
        kept.map((piece) => this.cast(piece, dtype).id),
        sizeOf(shape.slice(0, axis)),
      ),
      shape,
    };
  }

  /** Reduces `axes` (all of them if null). The result drops them, or keeps them with extent 1. */
  reduce(fn: ReduceFn, x: Shaped, axes: number | readonly number[] | null | undefined, keepDims = false): Shaped {
    const rank = x.shape.length;
    const reduced = resolveAxes(axes, rank);
    const kept = resolveAxes(null, rank).filter((axis) => !reduced.includes(axis));
    const moved = this.transpose(x, [...kept, ...reduced]);
    const cols = reduced.reduce((size, axis) => size * (x.shape[axis] as number), 1);
    const shape = keepDims
      ? x.shape.map((extent, axis) => (reduced.includes(axis) ? 1 : extent))
      : kept.map((axis) => x.shape[axis] as number);
    return { id: this.flat.reduce(fn, moved.id, cols), shape };
  }

  /** Numbers 0 .. extent - 1 along `axis`, constant along the others; int32. */
  positions(shape: readonly number[], axis: number): Shaped {
    const extent = shape[axis] as number;
    const line = shape.map((_, other) => (other === axis ? extent : 1));
    return this.broadcast({ id: this.flat.iota(extent), shape: line }, shape);
  }

  /**
   * (..., m, k) x (..., k, n) -> (..., m, n); the leading axes broadcast.
   * A right operand that serves all of the left one's leading axes makes one product with more rows.
   */
  matmul(a: Shaped, b: Shaped, transposeA = false, transposeB = false): Shaped {
    const [left, right] = [this.cast(a, 'float32'), this.cast(b, 'float32')];
    const [m, k] = lastTwo(left.shape, transposeA);
    const [inner, n] = lastTwo(right.shape, transposeB);
    if (k !== inner) throw new Error(`inner extents ${k} and ${inner} of a matrix product differ`);
    const leading = broadcastShape(left.shape.slice(0, -2), right.shape.slice(0, -2));
    const batch = sizeOf(leading);
    const isShared = sizeOf(right.shape.slice(0, -2)) === 1 && sizeOf(left.shape.slice(0, -2)) === batch && !transposeA;
    const dims = isShared ? { batch: 1, m: batch * m, n, k } : { batch, m, n, k };
    const rightMap = isShared ? matrixMap(right.shape.slice(-2), [], transposeB) : matrixMap(right.shape, leading, transposeB);
    return {
      id: this.flat.matmul(this.flat.view(left.id, matrixMap(left.shape, leading, transposeA)), this.flat.view(right.id, rightMap), dims),
      shape: [...leading, m, n],
    };
  }

  #alike(left: Shaped | number, right: Shaped | number, keepsBool: boolean): [Shaped, Shaped] {
    if (typeof left === 'number' || typeof right === 'number') {
      const known = (typeof left === 'number' ? right : left) as Shaped;
      const other = this.constant((typeof left === 'number' ? left : right) as number, known.shape, this.dtype(known));
      return typeof left === 'number' ? [other, known] : [known, other];
    }
    const dtypes = [this.dtype(left), this.dtype(right)];
    const isBool = dtypes.every((dtype) => dtype === 'bool');
    const dtype = isBool && keepsBool ? 'bool' : dtypes.includes('float32') ? 'float32' : 'int32';
    const shape = broadcastShape(left.shape, right.shape);
    return [this.broadcast(this.cast(left, dtype), shape), this.broadcast(this.cast(right, dtype), shape)];
  }
}

function lastTwo(shape: readonly number[], isTransposed: boolean): [number, number] {
  const [rows, cols] = shape.slice(-2) as [number, number];
  return isTransposed ? [cols, rows] : [rows, cols];
}

/** Matrices (..., rows, cols), their leading axes broadcast to `leading`, transposed if asked for. */
function matrixMap(shape: readonly number[], leading: readonly number[], isTransposed: boolean): IndexMap {
  const strides = rowMajor(shape);
  const missing = leading.length - (shape.length - 2);
  const outer = leading.map((_, axis) => (axis < missing || shape[axis - missing] === 1 ? 0 : (strides[axis - missing] as number)));
  const [rows, cols] = lastTwo(shape, isTransposed);
  const [rowStride, colStride] = lastTwo(strides, isTransposed);
  return indexMap([...leading, rows, cols], [...outer, rowStride, colStride]);
}
