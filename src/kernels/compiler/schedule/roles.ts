import { type Graph, type GraphNode, inputsOf, type ValueId } from '../graph.ts';
import { composeMaps, type IndexMap, identityMap, withDigits } from '../index-map.ts';
import type { SchedulePolicy } from '../schedule.ts';
import { CHEAP, LOAD_COST, ownCost } from './cost.ts';
import { Digits } from './digits.ts';
import type { Decisions } from './options.ts';

/**
 * How a value comes about.
 * - leaf: it is there before the first kernel (inputs, constants).
 * - stored: it has a kernel of its own or a place in one, decided in the order of the graph.
 * - shared: several readers, too dear to be computed by each; it lives in the kernel of its first reader and is stored if others read it.
 * - inline: computed wherever it is read.
 */
export type Role = 'leaf' | 'stored' | 'shared' | 'inline';

/** An operand as a view of a value that is stored or there from the start. */
export interface OperandView {
  readonly base: ValueId;
  readonly map: IndexMap;
  readonly fill: number;
}

/** A single expression may grow to about this size. */
const LARGEST_EXPRESSION = 400;
/** Longer chains of operations are cut, single numbers too: generators walk an expression recursively. */
const DEEPEST_EXPRESSION = 200;

export class Roles {
  readonly consumers: readonly (readonly ValueId[])[];
  readonly #graph: Graph;
  readonly #policy: SchedulePolicy;
  readonly #roles: Role[];
  readonly #outputs: ReadonlySet<ValueId>;
  readonly #operands = new Set<ValueId>();

  constructor(graph: Graph, policy: SchedulePolicy, decisions: Decisions) {
    this.#graph = graph;
    this.#policy = policy;
    this.#outputs = new Set(Object.values(graph.outputs));
    this.consumers = consumersOf(graph);
    this.#roles = graph.nodes.map((node): Role => (isLeaf(node) ? 'leaf' : isElementwise(node) ? 'inline' : 'stored'));
    for (const id of [...this.#outputs, ...decisions.stored, ...decisions.contiguous]) this.#store(id);
    graph.nodes.forEach((node, id) => {
      this.#storeOperands(node);
      if (node.op === 'matmul') this.#store(this.#endOfChain(id));
    });
    this.#share();
    for (const id of decisions.delayed) if (!decisions.stored.has(id) && !decisions.contiguous.has(id)) this.#roles[id] = 'shared';
  }

  of(id: ValueId): Role {
    return this.#roles[id] as Role;
  }

  /** Whether a kernel reads the stored value as a whole: as an operand or a table. */
  isOperand(id: ValueId): boolean {
    return this.#operands.has(id);
  }

  /** Follows views down to what is stored. */
  operand(id: ValueId): OperandView {
    let view: OperandView = { base: id, map: identityMap(this.#node(id).size), fill: 0 };
    for (;;) {
      const node = this.#node(view.base);
      if (node.op !== 'view' || this.of(view.base) === 'stored') return view;
      const map = composeMaps(view.map, node.map);
      const isFillClear = view.map.guards.length === 0 || node.map.guards.length === 0 || view.fill === node.fill;
      if (map === null || !isFillClear) return view;
      view = { base: node.inputs[0], map, fill: node.map.guards.length > 0 ? node.fill : view.fill };
    }
  }

  #storeOperands(node: GraphNode): void {
    switch (node.op) {
      case 'matmul': {
        const { batch, m, n, k } = node;
        this.#storeOperand(node.inputs[0], [batch, m, k]);
        this.#storeOperand(node.inputs[1], [batch, k, n]);
        return;
      }
      case 'segmentSum': {
        this.#storePlain(node.inputs[0], [node.count, node.rowSize]);
        this.#storePlain(node.inputs[1], [this.#node(node.inputs[1]).size]);
        return;
      }
      case 'gather': {
        const [table] = node.inputs;
        this.#storePlain(table, [this.#node(table).size / node.rowSize, node.rowSize]);
        return;
      }
      case 'custom':
        for (const input of node.inputs) this.#storeAsOperand(input);
        return;
      case 'concat':
        for (const input of node.inputs) this.#store(input);
        return;
    }
  }

  /** Stores what an operand is a view of, or the view itself where it does not have one stride for each dimension. */
  #storePlain(id: ValueId, dims: readonly number[]): void {
    const { base, map } = this.operand(id);
    const digits = withDigits(map, dims);
    this.#storeAsOperand(digits === null || digits.guards.length > 0 ? id : base);
  }

  #storeOperand(id: ValueId, dims: readonly number[]): void {
    const { base, map } = this.operand(id);
    const digits = new Digits(dims);
    const isReadable = digits.add(map.extents) && (this.#policy.hasIndexedOperands || isPlain(map, digits, dims.length));
    this.#storeAsOperand(isReadable ? base : id);
  }

  /** The last of the element-wise operations that only wait for this matmul: what its kernel stores instead of the bare product. */
  #endOfChain(id: ValueId): ValueId {
    let end = id;
    while (!this.#outputs.has(end)) {
      const [next, ...others] = this.consumers[end] as readonly ValueId[];
      if (next === undefined || others.length > 0 || !isPointwise(this.#node(next))) break;
      end = next;
    }
    return end;
  }

  /** Marks values that have several readers, or are spread, and cost more than a load. */
  #share(): void {
    const costs: number[] = [];
    const depths: number[] = [];
    const isSpread: boolean[] = [];
    this.#graph.nodes.forEach((node, id) => {
      const role = this.of(id);
      depths.push(role === 'inline' ? 1 + Math.max(0, ...inputsOf(node).map((input) => depths[input] as number)) : 0);
      isSpread.push(role === 'inline' && this.#isSpread(node, isSpread));
      if (role !== 'inline') {
        costs.push(node.op === 'constant' && node.values.length === 1 ? 0 : LOAD_COST);
        return;
      }
      const cost = isSpread[id] ? LOAD_COST : inputsOf(node).reduce((sum, input) => sum + (costs[input] as number), ownCost(node));
      const readers = this.consumers[id] as readonly ValueId[];
      const isSource = readers.some((reader) => isSpreading(this.#graph, this.#node(reader)));
      const isShared = node.size > 1 && cost > CHEAP && (readers.length > 1 || isSource);
      if (isShared) this.#roles[id] = 'shared';
      if ((cost > LARGEST_EXPRESSION && node.size > 1) || (depths[id] as number) > DEEPEST_EXPRESSION) {
        this.#roles[id] = 'stored';
        depths[id] = 0;
      }
      costs.push(this.of(id) === 'inline' ? cost : LOAD_COST);
    });
  }

  /** Whether a value repeats one of fewer elements, or follows from such values alone: then it is computed outside of the loops. */
  #isSpread(node: GraphNode, isSpread: readonly boolean[]): boolean {
    if (isSpreading(this.#graph, node)) return true;
    const inputs = inputsOf(node);
    return (
      isPointwise(node) &&
      inputs.some((input) => isSpread[input]) &&
      inputs.every((input) => isSpread[input] || this.#node(input).op === 'constant')
    );
  }

  #storeAsOperand(id: ValueId): void {
    this.#operands.add(id);
    this.#store(id);
  }

  #store(id: ValueId): void {
    if (this.of(id) !== 'leaf') this.#roles[id] = 'stored';
  }

  #node(id: ValueId): GraphNode {
    return this.#graph.nodes[id] as GraphNode;
  }
}

const isLeaf = (node: GraphNode): boolean => node.op === 'input' || node.op === 'constant';

/** Operations with an expression at one point. */
export const isElementwise = ({ op }: GraphNode): boolean =>
  op === 'unary' || op === 'binary' || op === 'select' || op === 'uniform' || op === 'iota' || op === 'view' || op === 'gather';

/** Operations whose element i reads element i of every operand. */
const isPointwise = ({ op }: GraphNode): boolean => op === 'unary' || op === 'binary' || op === 'select';

/** Views that repeat their source: what is computed once per row and read by the whole row costs little. */
function isSpreading(graph: Graph, node: GraphNode): boolean {
  if (node.op !== 'view') return false;
  const { extents, guards } = node.map;
  // The share of points that read anything, were guards independent and their sums spread evenly.
  const share = guards.reduce((product, { coefficients, extent }) => {
    const values = coefficients.reduce((sum, by, digit) => sum + Math.abs(by) * ((extents[digit] as number) - 1), 1);
    return product * Math.min(1, extent / values);
  }, 1);
  return node.size * share >= 2 * (graph.nodes[node.inputs[0]] as GraphNode).size;
}

/** One stride for each dimension but the first, the batch. */
function isPlain(map: IndexMap, digits: Digits, dims: number): boolean {
  return (
    map.guards.length === 0 && Array.from({ length: dims }, (_, dim) => dim).every((dim) => dim === 0 || digits.segment(dim).length <= 1)
  );
}

function consumersOf(graph: Graph): ValueId[][] {
  const consumers: ValueId[][] = graph.nodes.map(() => []);
  graph.nodes.forEach((node, id) => {
    for (const input of new Set(inputsOf(node))) (consumers[input] as ValueId[]).push(id);
  });
  return consumers;
}
