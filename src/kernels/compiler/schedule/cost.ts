import type { BinaryFn, GraphNode, UnaryFn } from '../graph.ts';

/** Rough costs in units of an addition. */
const UNARY_COST: Partial<Record<UnaryFn, number>> = {
  sqrt: 4,
  exp: 10,
  expm1: 12,
  log: 10,
  log1p: 12,
  sin: 12,
  cos: 12,
  tanh: 12,
  erf: 14,
};
const BINARY_COST: Partial<Record<BinaryFn, number>> = { div: 4, pow: 20, mod: 8 };

export const LOAD_COST = 1;
/** Counter-based random numbers are some thirty integer operations. */
const UNIFORM_COST = 30;
const GUARD_COST = 2;

/** What is computed again in another kernel rather than stored and read: bias and ReLU, a mask, a centred value. */
export const CHEAP = 6;
/** From here on a value that several passes of a kernel need is stored by the first. */
export const EXPENSIVE = 10;

/** Cost of the operation itself, its operands at hand. */
export function ownCost(node: GraphNode): number {
  switch (node.op) {
    case 'unary':
      return UNARY_COST[node.fn] ?? 1;
    case 'binary':
      return BINARY_COST[node.fn] ?? 1;
    case 'uniform':
      return UNIFORM_COST;
    case 'view':
      return node.map.guards.length > 0 ? GUARD_COST : 0;
    case 'gather':
      return 2 * LOAD_COST;
    case 'constant':
    case 'iota':
      return 0;
    default:
      return 1;
  }
}
