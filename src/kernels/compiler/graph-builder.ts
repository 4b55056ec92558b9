import { concatAsView } from './concat-view.ts';
import {
  type BinaryFn,
  type Dtype,
  type Graph,
  type GraphNode,
  neededFor,
  type Owner,
  type ReduceFn,
  type UnaryFn,
  type ValueId,
} from './graph.ts';
import { composeMaps, type IndexMap, identityMap, isIdentity, sizeOf, sourceIndex } from './index-map.ts';
import { binaryMath, unaryMath } from './scalar-math.ts';

const COMPARISONS: ReadonlySet<BinaryFn> = new Set(['eq', 'ne', 'lt', 'le', 'and', 'or']);
const PREDICATES: ReadonlySet<UnaryFn> = new Set(['not', 'isFinite', 'isNaN', 'toBool']);

/** Without `Omit`'s loss of the union. */
type NewNode = GraphNode extends infer Node ? (Node extends GraphNode ? Omit<Node, 'place'> : never) : never;

/**
 * Builds a graph and simplifies it on the way: equal nodes are one node, constants fold, views of views become one view, and operations
 * that change nothing vanish. No rewrite changes the value of any element, NaN and infinity included (x * 0 stays).
 */
export class GraphBuilder {
  readonly #nodes: GraphNode[] = [];
  readonly #known = new Map<string, ValueId>();
  #place = '';

  /** Names the place that the following nodes come from, for error messages. */
  at(place: string): void {
    this.#place = place;
  }

  node(id: ValueId): GraphNode {
    const node = this.#nodes[id];
    if (node === undefined) throw new Error(`there is no value ${id}`);
    return node;
  }

  input(name: string, size: number, dtype: Dtype, owner: Owner): ValueId {
    return this.#add({ op: 'input', name, owner, size, dtype });
  }

  /** A constant: one number for all elements, or one per element. float32 values are rounded to it, others must be whole. */
  constant(values: number | ArrayLike<number>, size: number, dtype: Dtype = 'float32'): ValueId {
    const all = typeof values === 'number' ? [values] : Array.from(values);
    if (all.length !== 1 && all.length !== size) this.#fail(`a constant of ${size} elements got ${all.length} values`);
    const broken = dtype === 'float32' ? undefined : all.find((value) => !Number.isInteger(value));
    if (broken !== undefined) this.#fail(`${broken} is no ${dtype}: make the tensor float32`);
    const isSplat = all.every((value) => Object.is(value, all[0]));
    const kept = Float64Array.from(isSplat ? all.slice(0, 1) : all, (value) => (dtype === 'float32' ? Math.fround(value) : value));
    return this.#add({ op: 'constant', values: kept, size, dtype });
  }

  iota(size: number): ValueId {
    return size === 1 ? this.constant(0, 1, 'int32') : this.#add({ op: 'iota', size, dtype: 'int32' });
  }

  unary(fn: UnaryFn, a: ValueId): ValueId {
    const { size, dtype } = this.node(a);
    if ((fn === 'toFloat' && dtype === 'float32') || (fn === 'toInt' && dtype === 'int32') || (fn === 'toBool' && dtype === 'bool'))
      return a;
    const out = PREDICATES.has(fn) ? 'bool' : fn === 'toFloat' ? 'float32' : fn === 'toInt' ? 'int32' : dtype;
    if (dtype === 'bool' && out === 'bool' && fn !== 'not') this.#fail(`${fn} of a bool`);
    const folded = this.#fold([a], out, (x) => unaryMath[fn](x as number));
    if (folded !== null) return folded;
    const inner = this.node(a);
    const undoes = fn === 'neg' || fn === 'not';
    if (undoes && inner.op === 'unary' && inner.fn === fn) return inner.inputs[0];
    return this.#add({ op: 'unary', fn, inputs: [a], size, dtype: out });
  }

  binary(fn: BinaryFn, a: ValueId, b: ValueId): ValueId {
    const { size, dtype } = this.#sameSize(fn, a, b);
    if (this.node(b).dtype !== dtype) this.#fail(`${fn} of ${dtype} and ${this.node(b).dtype}`);
    const out = COMPARISONS.has(fn) ? 'bool' : dtype;
    const folded = this.#fold([a, b], out, (x, y) => binaryMath[fn](x as number, y as number));
    if (folded !== null) return folded;
    if (fn === 'mul' && this.#isSplat(b, 1)) return a;
    if (fn === 'mul' && this.#isSplat(a, 1)) return b;
    if (fn === 'div' && this.#isSplat(b, 1)) return a;
    if (fn === 'sub' && this.#isSplat(b, 0)) return a;
    // -0 + 0 is 0, so this may turn a 0 into a -0, which nothing here can tell apart but 1 / x.
    if (fn === 'add' && this.#isSplat(b, 0)) return a;
    if (fn === 'add' && this.#isSplat(a, 0)) return b;
    if (fn === 'pow' && this.#isSplat(b, 1)) return a;
    if (fn === 'pow' && this.#isSplat(b, 2)) return this.binary('mul', a, a);
    if (fn === 'pow' && this.#isSplat(b, 0.5)) return this.unary('sqrt', a);
    const [left, right] = [this.node(a), this.node(b)];
    if (fn === 'add' && right.op === 'unary' && right.fn === 'neg') return this.binary('sub', a, right.inputs[0]);
    if (fn === 'add' && left.op === 'unary' && left.fn === 'neg') return this.binary('sub', b, left.inputs[0]);
    if (fn === 'sub' && right.op === 'unary' && right.fn === 'neg') return this.binary('add', a, right.inputs[0]);
    return this.#add({ op: 'binary', fn, inputs: [a, b], size, dtype: out });
  }

  select(condition: ValueId, a: ValueId, b: ValueId): ValueId {
    const { size, dtype } = this.#sameSize('select', a, b);
    this.#sameSize('select', condition, a);
    if (this.node(condition).dtype !== 'bool') this.#fail(`select by ${this.node(condition).dtype}`);
    if (this.node(b).dtype !== dtype) this.#fail(`select between ${dtype} and ${this.node(b).dtype}`);
    if (a === b || this.#isSplat(condition, 1)) return a;
    if (this.#isSplat(condition, 0)) return b;
    return this.#add({ op: 'select', inputs: [condition, a, b], size, dtype });
  }

  uniform(seed: ValueId, step: ValueId, layer: number, index: ValueId): ValueId {
    return this.#add({ op: 'uniform', layer, inputs: [seed, step, index], size: this.node(index).size, dtype: 'float32' });
  }

  /** A view through `map`; `fill` where a guard fails. */
  view(a: ValueId, map: IndexMap, fill = 0): ValueId {
    const source = this.node(a);
    const size = sizeOf(map.extents);
    if (isIdentity(map) && size === source.size) return a;
    if (source.op === 'constant' && (map.guards.length === 0 || (source.values.length === 1 && source.values[0] === fill))) {
      if (source.values.length === 1) return this.constant(source.values, size, source.dtype);
      // What repeats a table of numbers reads the table: a mask may be small and what it is added to large.
      if (size <= source.size) {
        const values = Float64Array.from({ length: size }, (_, index) => source.values[sourceIndex(map, index)] as number);
        return this.constant(values, size, source.dtype);
      }
    }
    if (source.op === 'view' && (map.guards.length === 0 || source.map.guards.length === 0 || source.fill === fill)) {
      const whole = composeMaps(map, source.map);
      if (whole !== null) return this.view(source.inputs[0], whole, map.guards.length === 0 ? source.fill : fill);
    }
    return this.#add({ op: 'view', map, fill, inputs: [a], size, dtype: source.dtype });
  }

  /** Every element the same: the only element of `a`. */
  spread(a: ValueId, size: number): ValueId {
    return size === 1 ? a : this.view(a, { extents: [size], strides: [0], offset: 0, guards: [] });
  }

  concat(pieces: readonly ValueId[], outer: number): ValueId {
    if (pieces.length === 1) return pieces[0] as ValueId;
    const inner = pieces.map((piece) => this.node(piece).size / outer);
    const { dtype } = this.node(pieces[0] as ValueId);
    if (inner.some((size) => !Number.isInteger(size))) this.#fail(`concat of pieces that are no ${outer} rows`);
    const merged = this.#concatOfViews(pieces, outer, inner);
    if (merged !== null) return merged;
    const total = inner.reduce((sum, size) => sum + size, 0);
    return this.#add({ op: 'concat', outer, inner, inputs: pieces, size: outer * total, dtype });
  }

  reduce(fn: ReduceFn, a: ValueId, cols: number): ValueId {
    const { size, dtype } = this.node(a);
    if (size % cols !== 0) this.#fail(`${fn} over ${cols} of ${size} elements`);
    return cols === 1 ? a : this.#add({ op: 'reduce', fn, cols, inputs: [a], size: size / cols, dtype });
  }

  matmul(a: ValueId, b: ValueId, dims: { readonly batch: number; readonly m: number; readonly n: number; readonly k: number }): ValueId {
    const { batch, m, n, k } = dims;
    if (this.node(a).size !== batch * m * k || this.node(b).size !== batch * k * n) {
      this.#fail(`matmul (${batch}, ${m}, ${k}) x (${batch}, ${k}, ${n}) of ${this.node(a).size} and ${this.node(b).size} elements`);
    }
    return this.#add({ op: 'matmul', batch, m, n, k, inputs: [a, b], size: batch * m * n, dtype: 'float32' });
  }

  gather(table: ValueId, indices: ValueId, rowSize: number): ValueId {
    const { dtype } = this.node(table);
    return this.#add({ op: 'gather', rowSize, inputs: [table, indices], size: this.node(indices).size * rowSize, dtype });
  }

  segmentSum(values: ValueId, indices: ValueId, rows: number, rowSize: number): ValueId {
    return this.#add({
      op: 'segmentSum',
      count: this.node(indices).size,
      rows,
      rowSize,
      isSorted: false,
      inputs: [values, indices],
      size: rows * rowSize,
      dtype: 'float32',
    });
  }

  custom(kernel: string, inputs: readonly ValueId[], size: number, attrs: Readonly<Record<string, number>> = {}): ValueId {
    return this.#add({ op: 'custom', kernel, attrs, inputs, size, dtype: 'float32' });
  }

  /** A node of another graph, with inputs of this one; views are simplified as all are. */
  copy(node: GraphNode): ValueId {
    if (node.op === 'view') return this.view(node.inputs[0], node.map, node.fill);
    const { place, ...content } = node;
    this.at(place);
    return this.#add(content);
  }

  /** The graph of what the outputs need, renumbered. */
  finish(outputs: Readonly<Record<string, ValueId>>): Graph {
    return neededFor({ nodes: this.#nodes, outputs });
  }

  #add(node: NewNode): ValueId {
    const key = JSON.stringify(node, (_, value) =>
      // JSON has no NaN, infinity or -0.
      value instanceof Float64Array
        ? Array.from(value, (entry) => (Object.is(entry, -0) ? '-0' : String(entry)))
        : typeof value === 'number' && !Number.isFinite(value)
          ? String(value)
          : value,
    );
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const id = this.#nodes.length;
    this.#nodes.push({ ...node, place: this.#place } as GraphNode);
    this.#known.set(key, id);
    return id;
  }

  /** A concat of views of one value as one view of it, or null. */
  #concatOfViews(pieces: readonly ValueId[], outer: number, inner: readonly number[]): ValueId | null {
    const [size] = inner as readonly [number];
    if (inner.some((other) => other !== size)) return null;
    const views = pieces.flatMap((piece) => {
      const node = this.node(piece);
      return node.op === 'view' ? [node] : [];
    });
    const [view] = views;
    if (view === undefined) return null;
    const [source] = view.inputs;
    const guarded = views.filter(({ map }) => map.guards.length > 0);
    if (guarded.some(({ fill }) => fill !== guarded[0]?.fill)) return null;
    const maps = pieces.flatMap((piece) => {
      const node = this.node(piece);
      if (piece === source) return [identityMap(node.size)];
      return node.op === 'view' && node.inputs[0] === source ? [node.map] : [];
    });
    const map = maps.length === pieces.length ? concatAsView(maps, outer, size) : null;
    return map === null ? null : this.view(source, map, guarded[0]?.fill);
  }

  /** The result as a constant when all operands are one number each; null otherwise. */
  #fold(operands: readonly ValueId[], dtype: Dtype, compute: (...values: readonly number[]) => number): ValueId | null {
    const values: number[] = [];
    for (const operand of operands) {
      const node = this.node(operand);
      if (node.op !== 'constant' || node.values.length !== 1) return null;
      values.push(node.values[0] as number);
    }
    return this.constant(compute(...values), this.node(operands[0] as ValueId).size, dtype);
  }

  #isSplat(id: ValueId, value: number): boolean {
    const node = this.node(id);
    return node.op === 'constant' && node.values.length === 1 && node.values[0] === value;
  }

  #sameSize(what: string, a: ValueId, b: ValueId): GraphNode {
    const left = this.node(a);
    const { size } = this.node(b);
    if (left.size !== size) this.#fail(`${what} of ${left.size} and ${size} elements`);
    return left;
  }

  #fail(problem: string): never {
    throw new Error(this.#place === '' ? problem : `${this.#place}: ${problem}`);
  }
}
