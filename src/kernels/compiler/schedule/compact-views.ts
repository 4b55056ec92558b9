import { type Graph, type GraphNode, inputsOf, type NodeOf, type ValueId } from '../graph.ts';
import { type IndexMap, indexMap, rowMajor, sizeOf } from '../index-map.ts';
import { isElementwise } from './roles.ts';

/** A part of a value that is smaller than this share of it is computed alone. */
const SMALL_SHARE = 0.9;

/**
 * Splits views that repeat a part of a computed value into that part and its repetition, so that the rest is not computed: the gradient
 * of a padded image, of which only the inside goes on to be spread over pooling windows.
 */
export function compactViews(graph: Graph): Graph {
  const readers = new Int32Array(graph.nodes.length);
  for (const node of graph.nodes) for (const input of new Set(inputsOf(node))) readers[input] = (readers[input] as number) + 1;
  for (const id of Object.values(graph.outputs)) readers[id] = (readers[id] as number) + 1;
  const nodes: GraphNode[] = [];
  const places: ValueId[] = [];
  for (const node of graph.nodes) {
    const moved = 'inputs' in node ? ({ ...node, inputs: node.inputs.map((input) => places[input]) } as GraphNode) : node;
    const part = node.op === 'view' && readers[node.inputs[0]] === 1 ? partOf(graph, node) : null;
    if (part === null || moved.op !== 'view') {
      places.push(nodes.push(moved) - 1);
      continue;
    }
    const inside = nodes.push({ ...moved, map: part.inside, size: sizeOf(part.inside.extents) }) - 1;
    places.push(nodes.push({ ...moved, map: part.repetition, inputs: [inside] }) - 1);
  }
  return { nodes, outputs: Object.fromEntries(Object.entries(graph.outputs).map(([name, id]) => [name, places[id] as ValueId])) };
}

interface Part {
  readonly inside: IndexMap;
  readonly repetition: IndexMap;
}

function partOf(graph: Graph, { map, inputs }: NodeOf<'view'>): Part | null {
  const source = graph.nodes[inputs[0]] as GraphNode;
  const { extents, strides, offset, guards } = map;
  if (!isElementwise(source) || guards.length > 0) return null;
  const kept = extents.map((_, digit) => digit).filter((digit) => strides[digit] !== 0);
  const inner = kept.map((digit) => extents[digit] as number);
  const size = sizeOf(inner);
  if (kept.length === extents.length || size <= 1 || size > SMALL_SHARE * source.size) return null;
  const steps = rowMajor(inner);
  return {
    inside: indexMap(
      inner,
      kept.map((digit) => strides[digit] as number),
      offset,
    ),
    repetition: indexMap(
      extents,
      extents.map((_, digit) => (kept.includes(digit) ? (steps[kept.indexOf(digit)] as number) : 0)),
    ),
  };
}
