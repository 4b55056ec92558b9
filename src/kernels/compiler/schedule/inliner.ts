import type { Graph, GraphNode, NodeOf, ValueId } from '../graph.ts';
import { composeMaps, type IndexMap, withDigits } from '../index-map.ts';
import type { ExprId } from '../schedule.ts';
import type { Location } from './buffers.ts';
import type { Drafts } from './drafts.ts';
import { columnMap, mapKey, onlyMap, rowMap } from './maps.ts';

/** How a kernel gets hold of a value at its point. */
export type Source =
  | { readonly kind: 'inline' }
  | { readonly kind: 'load'; readonly location: Location }
  | { readonly kind: 'reduced'; readonly index: number }
  | { readonly kind: 'accumulator' }
  /** Not at all: the value is of the same kernel, but of another point or not computed yet. */
  | { readonly kind: 'unreachable' };

export interface Surroundings {
  readonly points: number;
  resolve(id: ValueId, map: IndexMap): Source;
  /** Splits the domain's digits for an access; false where that is impossible. */
  accepts(extents: readonly number[]): boolean;
  /** The stored value that the table of a gather is a view of, or null where it cannot be reached. */
  table(id: ValueId): { readonly base: ValueId; readonly map: IndexMap; readonly location: Location } | null;
  /** The value must be stored contiguously before this kernel can be written. */
  blame(id: ValueId): void;
}

/**
 * Expressions of values at the point of a kernel's domain, on demand: views compose into accesses, element-wise operations are computed in
 * place. Where the map of an expression has guards, its value is unspecified at the points where one of them fails.
 */
export class Inliner {
  readonly #graph: Graph;
  readonly #drafts: Drafts;
  readonly #around: Surroundings;
  readonly #known = new Map<string, ExprId>();
  /** What the innermost view around the current expression is a view of. */
  #viewed: ValueId | null = null;

  constructor(graph: Graph, drafts: Drafts, around: Surroundings) {
    this.#graph = graph;
    this.#drafts = drafts;
    this.#around = around;
  }

  /** What has been asked for, one text for each value and map. */
  asked(): Iterable<string> {
    return this.#known.keys();
  }

  /** Element `map(point)` of a value, from wherever it is. */
  value(id: ValueId, map: IndexMap): ExprId {
    const node = this.#node(id);
    const at = node.size === 1 ? onlyMap(this.#around.points) : map;
    const key = `${id}@${mapKey(at)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const source = this.#around.resolve(id, at);
    const expr = source.kind === 'inline' ? this.definition(id, at) : this.#given(id, node, at, source);
    this.#known.set(key, expr);
    return expr;
  }

  /** The same, computed here, not read. */
  definition(id: ValueId, map: IndexMap): ExprId {
    const node = this.#node(id);
    const drafts = this.#drafts;
    const { dtype } = node;
    switch (node.op) {
      case 'constant':
        return this.#number(node.values[0] as number, node);
      case 'iota':
        return drafts.add({ kind: 'position', map, dtype: 'int32' });
      case 'unary':
        return drafts.add({ kind: 'unary', fn: node.fn, a: this.value(node.inputs[0], map), dtype });
      case 'binary':
        return drafts.add({ kind: 'binary', fn: node.fn, a: this.value(node.inputs[0], map), b: this.value(node.inputs[1], map), dtype });
      case 'select': {
        const [condition, a, b] = node.inputs.map((input) => this.value(input, map)) as [ExprId, ExprId, ExprId];
        return drafts.add({ kind: 'select', condition, a, b, dtype });
      }
      case 'uniform': {
        const [seed, step, index] = node.inputs.map((input) => this.value(input, map)) as [ExprId, ExprId, ExprId];
        return drafts.add({ kind: 'uniform', seed, step, layer: node.layer, index, dtype: 'float32' });
      }
      case 'view':
        return this.#view(id, node, map);
      case 'gather':
        return this.#gather(id, node, map);
      default:
        throw new Error(`${node.place}: a ${node.op} has no expression`);
    }
  }

  #given(id: ValueId, node: GraphNode, map: IndexMap, source: Exclude<Source, { readonly kind: 'inline' }>): ExprId {
    switch (source.kind) {
      case 'load':
        return this.#load(id, node, map, source.location, 0);
      case 'reduced':
        return this.#drafts.add({ kind: 'reduced', index: source.index, dtype: node.dtype });
      case 'accumulator':
        return this.#drafts.add({ kind: 'accumulator', dtype: 'float32' });
      case 'unreachable':
        return this.#number(0, node);
    }
  }

  #load(id: ValueId, node: GraphNode, map: IndexMap, location: Location, fill: number): ExprId {
    const at = composeMaps(map, location.map);
    if (at === null || !this.#around.accepts(at.extents)) return this.#failed(id, node);
    if (node.dtype !== 'bool') return this.#drafts.add({ kind: 'load', buffer: location.buffer, map: at, fill, dtype: node.dtype });
    const stored = this.#drafts.add({ kind: 'load', buffer: location.buffer, map: at, fill, dtype: 'float32' });
    return this.#drafts.add({ kind: 'unary', fn: 'toBool', a: stored, dtype: 'bool' });
  }

  #view(id: ValueId, node: NodeOf<'view'>, map: IndexMap): ExprId {
    const [source] = node.inputs;
    const whole = composeMaps(map, node.map);
    // It is better to store the whole expression that is viewed than each of the views in it.
    if (whole === null || !this.#around.accepts(whole.extents)) return this.#failed(this.#viewed ?? id, node);
    if (node.map.guards.length === 0) return this.#within(source, whole);
    const sourceNode = this.#node(source);
    const found = this.#around.resolve(source, whole);
    if (found.kind === 'load') return this.#load(source, sourceNode, whole, found.location, node.fill);
    const value = this.#within(source, whole);
    return this.#drafts.add({ kind: 'guarded', map: whole, value, fill: node.fill, dtype: node.dtype });
  }

  /** The source of a view, while it is known what the view is of. */
  #within(source: ValueId, map: IndexMap): ExprId {
    const outer = this.#viewed;
    this.#viewed = source;
    const value = this.value(source, map);
    this.#viewed = outer;
    return value;
  }

  #gather(id: ValueId, node: NodeOf<'gather'>, map: IndexMap): ExprId {
    const [table, indices] = node.inputs;
    const count = node.size / node.rowSize;
    const rows = composeMaps(map, rowMap(count, node.rowSize));
    const cols = composeMaps(map, columnMap(count, node.rowSize));
    if (rows === null || cols === null || !this.#around.accepts(rows.extents) || !this.#around.accepts(cols.extents))
      return this.#failed(this.#viewed ?? id, node);
    const found = this.#around.table(table);
    if (found === null) return this.#number(0, node);
    const stored = composeMaps(found.map, found.location.map);
    const digits = stored && withDigits(stored, [this.#node(table).size / node.rowSize, node.rowSize]);
    if (!digits || digits.guards.length > 0) return this.#failed(found.base, node);
    const [scale, stride] = digits.strides as [number, number];
    const at: IndexMap = {
      ...cols,
      strides: cols.strides.map((by) => by * stride),
      offset: cols.offset * stride + digits.offset,
    };
    const draft = { kind: 'loadAt', buffer: found.location.buffer, index: this.value(indices, rows), scale, map: at } as const;
    if (node.dtype !== 'bool') return this.#drafts.add({ ...draft, dtype: node.dtype });
    return this.#drafts.add({ kind: 'unary', fn: 'toBool', a: this.#drafts.add({ ...draft, dtype: 'float32' }), dtype: 'bool' });
  }

  #number(value: number, node: GraphNode): ExprId {
    return this.#drafts.add({ kind: 'number', value, dtype: node.dtype });
  }

  #failed(id: ValueId, node: GraphNode): ExprId {
    this.#around.blame(id);
    return this.#number(0, node);
  }

  #node(id: ValueId): GraphNode {
    return this.#graph.nodes[id] as GraphNode;
  }
}
