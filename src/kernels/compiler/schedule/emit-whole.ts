import type { NodeOf, ValueId } from '../graph.ts';
import { composeMaps } from '../index-map.ts';
import type { BufferId, CustomKernel, Operand, SegmentSumKernel } from '../schedule.ts';
import { access } from './drafts.ts';
import { forbidReplacing, labelOf, nodeOf, type Plan } from './emission.ts';
import type { Group } from './groups.ts';

/** The kernel of a segment sum, whose operands and result are stored. */
export function emitSegmentSum(plan: Plan, group: Group): SegmentSumKernel {
  const [id] = group.values as [ValueId];
  const node = nodeOf(plan, id) as NodeOf<'segmentSum'>;
  const { count, rows, rowSize, isSorted } = node;
  const operand = (input: ValueId, dims: readonly number[]): Operand => {
    const { base, map, fill } = plan.roles.operand(input);
    const home = plan.locations.home(base);
    const at = composeMaps(map, home.map);
    if (at === null) throw new Error(`${node.place}: an operand cannot be read where it is stored`);
    forbidReplacing(plan, group, base);
    return { buffer: home.buffer, at: access(at, dims, fill) };
  };
  const home = plan.locations.home(id);
  return {
    kind: 'segmentSum',
    label: labelOf(plan, group),
    level: group.level,
    count,
    rows,
    rowSize,
    isSorted,
    values: operand(node.inputs[0], [count, rowSize]),
    indices: operand(node.inputs[1], [nodeOf(plan, node.inputs[1]).size]),
    target: { buffer: home.buffer, at: access(home.map, [rows, rowSize]) },
  };
}

/** A hand-written kernel, whose operands and result are whole buffers. */
export function emitCustom(plan: Plan, group: Group): CustomKernel {
  const [id] = group.values as [ValueId];
  const node = nodeOf(plan, id) as NodeOf<'custom'>;
  const bufferOf = (input: ValueId): BufferId => {
    const operand = nodeOf(plan, input);
    forbidReplacing(plan, group, input);
    if (operand.op !== 'constant') return plan.locations.home(input).buffer;
    const { values, size, dtype } = operand;
    return plan.locations.buffers.constant(values.length === size ? values : new Float64Array(size).fill(values[0] as number), dtype);
  };
  return {
    kind: 'custom',
    label: labelOf(plan, group),
    level: group.level,
    name: node.kernel,
    attrs: node.attrs,
    inputs: node.inputs.map(bufferOf),
    output: plan.locations.home(id).buffer,
  };
}
