import { type Graph, type GraphNode, inputsOf, type ValueId } from '../graph.ts';

/**
 * Lets everything read the new state as it is stored, `select(moves, new, old)`, instead of `new` itself, which would have to be stored
 * beside it. Where `moves` is true the two are equal; where it is false nothing that is computed from them may be kept: every output must
 * be such a select, or be computed from stored values alone. What decides `moves` comes before anything is stored, and keeps reading `new`:
 * a method may find only in its new state that it has no step.
 *
 * @param kept outputs that are `select(moves, new, old)` and replace `old`
 */
export function reuseStored(graph: Graph, kept: readonly string[]): Graph {
  const storedOf = new Map<ValueId, ValueId>();
  const conditions: ValueId[] = [];
  for (const output of kept) {
    const id = graph.outputs[output] as ValueId;
    const node = graph.nodes[id] as GraphNode;
    if (node.op !== 'select') continue;
    const [condition, value] = node.inputs;
    const isComputed = inputsOf(graph.nodes[value] as GraphNode).length > 0;
    if (!isComputed || storedOf.has(value)) continue;
    storedOf.set(value, id);
    conditions.push(condition);
  }
  const deciding = ancestorsOf(graph, conditions);
  const nodes: GraphNode[] = [];
  const placed = new Map<ValueId, ValueId>();
  const place = (id: ValueId): ValueId => {
    const known = placed.get(id);
    if (known !== undefined) return known;
    const node = graph.nodes[id] as GraphNode;
    const inputs = inputsOf(node).map((input) => {
      const stored = deciding.has(id) ? undefined : storedOf.get(input);
      return place(stored === undefined || stored === id ? input : stored);
    });
    const at = nodes.push('inputs' in node ? ({ ...node, inputs } as GraphNode) : node) - 1;
    placed.set(id, at);
    return at;
  };
  // In the order they had, as far as that is possible.
  for (const id of graph.nodes.keys()) place(id);
  return { outputs: Object.fromEntries(Object.entries(graph.outputs).map(([name, id]) => [name, place(id)])), nodes };
}

/** These values and all they are computed from. */
function ancestorsOf(graph: Graph, values: readonly ValueId[]): ReadonlySet<ValueId> {
  const found = new Set<ValueId>();
  const open = [...values];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...inputsOf(graph.nodes[id] as GraphNode));
  }
  return found;
}
