import { type GraphNode, inputsOf, type ValueId } from '../graph.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import type { TracedVector } from './traced-vector.ts';

/** A vector's sum stays finite with this factor unless its entries are about to overflow themselves: 2^24 of them may be that large. */
const SCALE = 2 ** -24;

/**
 * Whether all entries of all slots (n) are finite, as masks (1, 1): what is NaN or infinite makes any sum it is in so, and a sum costs one
 * addition where a largest absolute value costs several instructions. Vectors are added up before they are summed, but only those that are
 * known in the same pass over the parameters: others would have to be read again.
 *
 * @param x new parameters (n) that wait for a scalar: slots of the same pass are summed with them, or they would be summed before, in a pass
 *   of their own. A mask is false also where these are not finite. Null where `x` waits for nothing.
 */
export function haveFiniteSums(builder: GraphBuilder, slots: readonly TracedVector[], x: TracedVector | null): readonly TracedVector[] {
  const passes = new Map<number, TracedVector>();
  const known = new Map<ValueId, number>();
  const last = x && passOf(builder, x.id, known);
  for (const slot of slots) {
    const pass = passOf(builder, slot.id, known);
    const others = passes.get(pass) ?? (pass === last ? x : null);
    passes.set(pass, others ? others.add(slot) : slot);
  }
  return [...passes.values()].map((vector) => vector.mul(SCALE).sum(1, true).isFinite());
}

/** How many sums or maxima must have been taken, one after the other, before a value can be computed. */
function passOf(builder: GraphBuilder, id: ValueId, known: Map<ValueId, number>): number {
  const found = known.get(id);
  if (found !== undefined) return found;
  const node: GraphNode = builder.node(id);
  const below = inputsOf(node).reduce((most, input) => Math.max(most, passOf(builder, input, known)), 0);
  const pass = below + (node.op === 'reduce' ? 1 : 0);
  known.set(id, pass);
  return pass;
}
