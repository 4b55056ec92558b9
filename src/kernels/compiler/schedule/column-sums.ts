import { type Graph, type GraphNode, inputsOf, type NodeOf, type ValueId } from '../graph.ts';
import { type IndexMap, indexMap, withDigits } from '../index-map.ts';
import { Digits } from './digits.ts';
import type { Locations } from './locations.ts';
import { isSameMap } from './maps.ts';
import type { Roles } from './roles.ts';

/**
 * Sums that a matmul can compute on the side, as it reads the same operand: sum -> matmul, at most one per matmul. They are sums over k of
 * the matmul's b, as the gradient of a bias is, that are stored in one place and read by no kernel.
 */
export function findColumnSums(graph: Graph, roles: Roles, locations: Locations): ReadonlyMap<ValueId, ValueId> {
  const found = new Map<ValueId, ValueId>();
  const taken = new Set<ValueId>();
  const matmuls = graph.nodes.flatMap((node, id) => (node.op === 'matmul' ? [{ node, id }] : []));
  graph.nodes.forEach((node, id) => {
    if (node.op !== 'reduce' || node.fn !== 'sum' || locations.destinations(id).length !== 1) return;
    if ((roles.consumers[id] as readonly ValueId[]).some((reader) => graph.nodes[reader]?.op !== 'concat')) return;
    const match = matmuls.find(
      (matmul) => !taken.has(matmul.id) && isColumnSum(node, matmul.node, roles) && !dependsOn(graph, matmul.id, id),
    );
    if (match === undefined) return;
    found.set(id, match.id);
    taken.add(match.id);
  });
  return found;
}

function isColumnSum(sum: NodeOf<'reduce'>, { batch, k, n, inputs }: NodeOf<'matmul'>, roles: Roles): boolean {
  if (sum.cols !== k || sum.size !== batch * n) return false;
  const summed = roles.operand(sum.inputs[0]);
  const b = roles.operand(inputs[1]);
  if (summed.base !== b.base || summed.map.guards.length > 0 || b.map.guards.length > 0) return false;
  const columns = columnsFirst(b.map, batch, k, n);
  return columns !== null && isSameMap(columns, summed.map);
}

/** (batch, k, n) read as (batch, n, k). */
function columnsFirst(map: IndexMap, batch: number, k: number, n: number): IndexMap | null {
  const digits = new Digits([batch, k, n]);
  const split = digits.add(map.extents) ? withDigits(map, digits.all()) : null;
  if (split === null) return null;
  const [first, second] = [digits.segment(0).length, digits.segment(0).length + digits.segment(1).length];
  const turned = <T>(list: readonly T[]): T[] => [...list.slice(0, first), ...list.slice(second), ...list.slice(first, second)];
  return indexMap(turned(split.extents), turned(split.strides), split.offset);
}

function dependsOn(graph: Graph, id: ValueId, source: ValueId): boolean {
  if (id < source) return false;
  const seen = new Set<ValueId>();
  const visit = (at: ValueId): boolean => {
    if (at === source) return true;
    if (at < source || seen.has(at)) return false;
    seen.add(at);
    return inputsOf(graph.nodes[at] as GraphNode).some(visit);
  };
  return visit(id);
}
