import { type Graph, type GraphNode, inputsOf, type NodeOf, neededFor, withInputs } from '../kernels/compiler/graph.ts';
import { interpret } from '../kernels/compiler/interpret.ts';
import { segmentLists } from '../kernels/compiler/segment-lists.ts';
import type { LoadedData } from '../workloads/definition.ts';
import { dataInput, ROW_NUMBERS } from './step-graphs.ts';

/** An input of the graph that holds the lists of one lookup: int32 (rows + 1 + count), as a sorted `segmentSum` takes them. */
export interface LookupInput {
  readonly name: string;
  readonly size: number;
}

/** What a graph with sorted lookups is to be given for every batch. */
export interface LookupLists {
  readonly inputs: readonly LookupInput[];
  /**
   * @param batchRows rows of the data (batch)
   * @returns the lists of each input
   */
  listsOf(batchRows: Int32Array): readonly Int32Array[];
}

/** Functions of int32 that float64 computes like every generator. */
const INEXACT: ReadonlySet<string> = new Set(['div', 'pow']);

/**
 * Replaces the indices of segment sums, which every thread of a GPU would have to go through, by lists that the host sorts: where they follow
 * from the numbers of the batch's rows, as those of embedding tables do. Indices that depend on anything else stay as they are.
 *
 * @param graph a training step
 * @param data that the graph's `data:<name>` inputs hold
 */
export function sortLookups(graph: Graph, data: LoadedData): { readonly graph: Graph; readonly lookups: LookupLists | null } {
  const dataNames = new Set(Object.keys(data.arrays).map(dataInput));
  const isKnown: boolean[] = [];
  for (const node of graph.nodes) isKnown.push(isExact(node, dataNames) && inputsOf(node).every((input) => isKnown[input]));

  const known = graph.nodes.filter(
    (node): node is NodeOf<'segmentSum'> => node.op === 'segmentSum' && !node.isSorted && isKnown[node.inputs[1]] === true,
  );
  const keyOf = ({ inputs, rows }: NodeOf<'segmentSum'>): string => `${inputs[1]} ${rows}`;
  const lookups = [...new Map(known.map((node) => [keyOf(node), node])).values()].map((node, k) => {
    const { rows, count, inputs } = node;
    return { key: keyOf(node), name: `lookups:${k}`, size: rows + 1 + count, indices: inputs[1], rows };
  });

  if (lookups.length === 0) return { graph, lookups: null };

  // The new inputs come first, so that all others keep their order.
  const shift = lookups.length;
  const shifted = graph.nodes.map((node): GraphNode => {
    const list = node.op === 'segmentSum' && !node.isSorted ? lookups.findIndex(({ key }) => key === keyOf(node)) : -1;
    if (node.op === 'segmentSum' && list >= 0) return { ...node, isSorted: true, inputs: [node.inputs[0] + shift, list] };
    return withInputs(node, (input) => input + shift);
  });
  const inputs = lookups.map(
    ({ name, size }): GraphNode => ({ op: 'input', name, owner: 'run', size, dtype: 'int32', place: 'sorted lookups' }),
  );
  const outputs = Object.fromEntries(Object.entries(graph.outputs).map(([name, id]) => [name, id + shift]));

  const indices = neededFor({ nodes: graph.nodes, outputs: Object.fromEntries(lookups.map((lookup) => [lookup.name, lookup.indices])) });
  let arrays: Record<string, Float64Array> | null = null;
  return {
    graph: neededFor({ nodes: [...inputs, ...shifted], outputs }),
    lookups: {
      inputs: lookups.map(({ name, size }) => ({ name, size })),
      listsOf: (batchRows) => {
        arrays ??= arraysOf(indices, data);
        const found = interpret(indices, { ...arrays, [ROW_NUMBERS]: batchRows });
        return lookups.map(({ name, rows }) => segmentLists(found[name] as Float64Array, rows));
      },
    },
  };
}

/** Whether the host computes the node's very value, given those of its inputs. */
function isExact(node: GraphNode, dataNames: ReadonlySet<string>): boolean {
  if (node.dtype === 'float32') return false;
  switch (node.op) {
    case 'input':
      return node.name === ROW_NUMBERS || dataNames.has(node.name);
    case 'constant':
    case 'iota':
    case 'select':
    case 'view':
    case 'concat':
    case 'gather':
      return true;
    case 'unary':
    case 'binary':
      return !INEXACT.has(node.fn);
    default:
      return false;
  }
}

/** The data that a graph reads, as its interpreter takes them without a copy. */
function arraysOf({ nodes }: Graph, { arrays }: LoadedData): Record<string, Float64Array> {
  const read = new Set(nodes.map((node) => (node.op === 'input' ? node.name : null)));
  const own = Object.entries(arrays).filter(([name]) => read.has(dataInput(name)));
  return Object.fromEntries(own.map(([name, { values }]) => [dataInput(name), Float64Array.from(values)]));
}
