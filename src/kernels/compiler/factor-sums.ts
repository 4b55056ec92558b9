import { type Graph, type GraphNode, inputsOf, type ValueId, withInputs } from './graph.ts';
import { GraphBuilder } from './graph-builder.ts';
import { commonDigits, composeMaps, type IndexMap, identityMap, indexMap, sizeOf, withDigits } from './index-map.ts';
import { mapKey } from './schedule/maps.ts';

/**
 * Takes out of sums what their terms have in common: sum over i of f * a[i] becomes f times the sum of a. In the gradients of a
 * normalization, what is left are sums that are there already, so that its input is read once less. Equal up to rounding.
 *
 * A product that a matmul needs as a whole is summed as it is: its sum may come with the matmul.
 */
export function factorSums(graph: Graph): Graph {
  const builder = new GraphBuilder();
  const places: ValueId[] = [];
  const place = (id: ValueId): ValueId => places[id] as ValueId;
  const operands = operandsOf(graph);
  const whole = new Set<ValueId>();
  graph.nodes.forEach((node, id) => {
    const moved = withInputs(node, place);
    const isSum = moved.op === 'reduce' && moved.fn === 'sum' && moved.dtype === 'float32';
    const placed = isSum
      ? new Factors(builder, whole, moved.cols).sum(moved.inputs[0], identityMap(moved.size * moved.cols))
      : builder.copy(moved);
    places.push(placed);
    if (operands.has(id)) whole.add(placed);
  });
  return builder.finish(Object.fromEntries(Object.entries(graph.outputs).map(([name, id]) => [name, place(id)])));
}

/** What matmuls read, directly or as a view. */
function operandsOf({ nodes }: Graph): ReadonlySet<ValueId> {
  const found = new Set<ValueId>();
  for (let id = nodes.length - 1; id >= 0; id--) {
    const node = nodes[id] as GraphNode;
    if (node.op === 'matmul' || (node.op === 'view' && found.has(id))) for (const input of inputsOf(node)) found.add(input);
  }
  return found;
}

/** Sums over rows of so many elements, in the builder's graph. */
class Factors {
  readonly #builder: GraphBuilder;
  readonly #whole: ReadonlySet<ValueId>;
  readonly #cols: number;
  /** Per value and view of it: the same with an element per row, null where elements of a row may differ. */
  readonly #perRow = new Map<string, ValueId | null>();

  /** @param whole values that are summed as they are */
  constructor(builder: GraphBuilder, whole: ReadonlySet<ValueId>, cols: number) {
    this.#builder = builder;
    this.#whole = whole;
    this.#cols = cols;
  }

  /** The sums of the rows of a view of a value. */
  sum(id: ValueId, map: IndexMap): ValueId {
    const node = this.#builder.node(id);
    const viewed = this.#through(node, map);
    if (viewed !== null) return this.sum(viewed.source, viewed.map);
    if (this.#whole.has(id)) return this.#plain(id, map);
    if (node.op === 'unary' && node.fn === 'neg') return this.#builder.unary('neg', this.sum(node.inputs[0], map));
    if (node.op === 'binary' && (node.fn === 'mul' || node.fn === 'div')) {
      const [a, b] = node.inputs;
      const right = this.#factor(b, map);
      if (right !== null) return this.#builder.binary(node.fn, this.sum(a, map), right);
      const left = node.fn === 'mul' ? this.#factor(a, map) : null;
      if (left !== null) return this.#builder.binary('mul', this.sum(b, map), left);
    }
    return this.#plain(id, map);
  }

  #plain(id: ValueId, map: IndexMap): ValueId {
    return this.#builder.reduce('sum', this.#builder.view(id, map), this.#cols);
  }

  #factor(id: ValueId, map: IndexMap): ValueId | null {
    const key = `${id};${mapKey(map)}`;
    const known = this.#perRow.get(key);
    if (known !== undefined) return known;
    const found = this.#findFactor(id, map);
    this.#perRow.set(key, found);
    return found;
  }

  #findFactor(id: ValueId, map: IndexMap): ValueId | null {
    const node = this.#builder.node(id);
    const rows = sizeOf(map.extents) / this.#cols;
    if (node.op === 'constant' && node.values.length === 1) return this.#builder.constant(node.values, rows, node.dtype);
    const viewed = this.#through(node, map);
    if (viewed !== null) return this.#factor(viewed.source, viewed.map);
    if (node.op === 'unary') {
      const a = this.#factor(node.inputs[0], map);
      return a === null ? null : this.#builder.unary(node.fn, a);
    }
    if (node.op === 'binary') {
      const [a, b] = node.inputs.map((input) => this.#factor(input, map)) as [ValueId | null, ValueId | null];
      return a === null || b === null ? null : this.#builder.binary(node.fn, a, b);
    }
    const ofRow = firstOfRows(map, rows, this.#cols);
    return ofRow === null ? null : this.#builder.view(id, ofRow);
  }

  /** What a view of a view shows, where neither has guards. */
  #through(node: GraphNode, map: IndexMap): { readonly source: ValueId; readonly map: IndexMap } | null {
    if (node.op !== 'view' || node.map.guards.length > 0) return null;
    const whole = composeMaps(map, node.map);
    return whole === null ? null : { source: node.inputs[0], map: whole };
  }
}

/** From rows to what all elements of a row show; null where they differ. */
function firstOfRows(map: IndexMap, rows: number, cols: number): IndexMap | null {
  const digits = commonDigits([map.extents, [rows, cols]]);
  const split = digits === null ? null : withDigits(map, digits);
  if (split === null) return null;
  let inner = split.extents.length;
  for (let count = 1; count < cols; ) {
    inner -= 1;
    if (split.strides[inner] !== 0) return null;
    count *= split.extents[inner] as number;
  }
  return indexMap(split.extents.slice(0, inner), split.strides.slice(0, inner), split.offset);
}
