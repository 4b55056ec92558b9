import type { IndexMap } from './index-map.ts';

/**
 * The graph: what a training step, an evaluation or an optimizer step computes for ONE run, as operations on flat arrays.
 *
 * A value is an array of `size` elements, row-major; shapes matter only while views and reductions are built, so reshaping is not an
 * operation. Operands of element-wise operations have equal sizes: broadcasting is an explicit `view`. There is no run axis: generators
 * repeat the whole graph for every run, so that no value of one run can reach another.
 */
export interface Graph {
  /** In topological order; `inputs` of node i have smaller ids. A node's id is its index. */
  readonly nodes: readonly GraphNode[];
  readonly outputs: Readonly<Record<string, ValueId>>;
}

/** Index of a node. */
export type ValueId = number;

/** 'bool' exists between comparison and use only; a stored one is float32 0 or 1. */
export type Dtype = 'float32' | 'int32' | 'bool';

/**
 * `round` rounds halves to even. `toInt` truncates, `toFloat` takes int32 and bool, `toBool` is x != 0. `isFinite` and `isNaN` must be
 * decided on bit patterns where a language may assume that neither occurs.
 */
export const UNARY = [
  'neg',
  'abs',
  'sign',
  'sqrt',
  'exp',
  'expm1',
  'log',
  'log1p',
  'sin',
  'cos',
  'tanh',
  'erf',
  'floor',
  'ceil',
  'round',
  'not',
  'isFinite',
  'isNaN',
  'toFloat',
  'toInt',
  'toBool',
] as const;
export type UnaryFn = (typeof UNARY)[number];

/** `max` and `min` return NaN if either operand is NaN. Comparisons with NaN are false, except `ne`. `mod` has the divisor's sign. */
export const BINARY = ['add', 'sub', 'mul', 'div', 'max', 'min', 'pow', 'mod', 'eq', 'ne', 'lt', 'le', 'and', 'or'] as const;
export type BinaryFn = (typeof BINARY)[number];

/** `max` and `min` are NaN if any element is. */
export type ReduceFn = 'sum' | 'max' | 'min';

/** Whose value an input is: each run has its own, or one serves all runs (data, the step number). */
export type Owner = 'run' | 'shared';

interface NodeBase {
  readonly size: number;
  readonly dtype: Dtype;
  /** Where it comes from, for error messages: e.g. 'BatchMatMul 3'. */
  readonly place: string;
}

export type GraphNode = NodeBase &
  (
    | { readonly op: 'input'; readonly name: string; readonly owner: Owner }
    /** One value for all elements, or one per element. */
    | { readonly op: 'constant'; readonly values: Float64Array }
    /** int32: the element's own flat index. */
    | { readonly op: 'iota' }
    | { readonly op: 'unary'; readonly fn: UnaryFn; readonly inputs: readonly [ValueId] }
    | { readonly op: 'binary'; readonly fn: BinaryFn; readonly inputs: readonly [ValueId, ValueId] }
    /** condition (bool) ? a : b */
    | { readonly op: 'select'; readonly inputs: readonly [condition: ValueId, a: ValueId, b: ValueId] }
    /**
     * Uniform numbers in [0, 1) of `counter-random.ts` for counters (seed, step, layer, index): seed and step int32 of size 1,
     * index int32.
     */
    | { readonly op: 'uniform'; readonly layer: number; readonly inputs: readonly [seed: ValueId, step: ValueId, index: ValueId] }
    /** Element i is input element `sourceIndex(map, i)`, or `fill`. */
    | { readonly op: 'view'; readonly map: IndexMap; readonly fill: number; readonly inputs: readonly [ValueId] }
    /** Pieces of (outer, inner[p]) side by side: (outer, sum of inner). */
    | { readonly op: 'concat'; readonly outer: number; readonly inner: readonly number[]; readonly inputs: readonly ValueId[] }
    /** (rows, cols) -> (rows). Axes that are not last are moved there by a view first. */
    | { readonly op: 'reduce'; readonly fn: ReduceFn; readonly cols: number; readonly inputs: readonly [ValueId] }
    /** (batch, m, k) x (batch, k, n) -> (batch, m, n). Transposed and broadcast operands are views. */
    | {
        readonly op: 'matmul';
        readonly batch: number;
        readonly m: number;
        readonly n: number;
        readonly k: number;
        readonly inputs: readonly [a: ValueId, b: ValueId];
      }
    /** Rows of a (rows, rowSize) table by int32 indices, which must lie in the table: (indices, rowSize). */
    | { readonly op: 'gather'; readonly rowSize: number; readonly inputs: readonly [table: ValueId, indices: ValueId] }
    /**
     * The gradient of gather: values (count, rowSize) added to row indices[i] of a zero (rows, rowSize) table, in the order of i.
     * Where the indices are sorted, they are given as lists, int32 (rows + 1 + count): where the entries of each row start, and after the
     * last row end, then the entries: numbers of values by row, those of a row in ascending order.
     */
    | {
        readonly op: 'segmentSum';
        readonly count: number;
        readonly rows: number;
        readonly rowSize: number;
        readonly isSorted: boolean;
        readonly inputs: readonly [values: ValueId, indices: ValueId];
      }
    /** A hand-written kernel of `custom-kernels.ts`. Operands and result are stored contiguously. */
    | {
        readonly op: 'custom';
        readonly kernel: string;
        readonly attrs: Readonly<Record<string, number>>;
        readonly inputs: readonly ValueId[];
      }
  );

export type NodeOf<Op extends GraphNode['op']> = Extract<GraphNode, { op: Op }>;

/** Values a node is computed from. */
export function inputsOf(node: GraphNode): readonly ValueId[] {
  return 'inputs' in node ? node.inputs : [];
}

/** The node with other inputs in place of its own. */
export const withInputs = (node: GraphNode, moved: (input: ValueId) => ValueId): GraphNode =>
  'inputs' in node ? ({ ...node, inputs: node.inputs.map(moved) } as GraphNode) : node;

/** The part of a graph that its outputs are computed from, renumbered. */
export function neededFor({ nodes, outputs }: Graph): Graph {
  const isNeeded: boolean[] = nodes.map(() => false);
  for (const id of Object.values(outputs)) isNeeded[id] = true;
  for (let id = nodes.length - 1; id >= 0; id--) {
    if (isNeeded[id]) for (const input of inputsOf(nodes[id] as GraphNode)) isNeeded[input] = true;
  }
  let count = 0;
  const numbers = isNeeded.map((needed) => (needed ? count++ : -1));
  const moved = (id: ValueId): ValueId => numbers[id] as ValueId;
  return {
    nodes: nodes.filter((_, id) => isNeeded[id]).map((node) => withInputs(node, moved)),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, id]) => [name, moved(id)])),
  };
}
