import type { NodeOf, ValueId } from '../graph.ts';
import { composeMaps, identityMap } from '../index-map.ts';
import type { MatMulKernel, Operand } from '../schedule.ts';
import { access, type DraftStore, Drafts, storeOf } from './drafts.ts';
import { forbidReplacing, inlinerFor, labelOf, nodeOf, type Plan, placesOf, storable, storesTo } from './emission.ts';
import { type Group, MATMUL_RESULT } from './groups.ts';

/** The kernel of a matmul and of what is computed from its sums, point by point. */
export function emitMatMul(plan: Plan, group: Group): MatMulKernel {
  const id = group.values.find((value) => nodeOf(plan, value).op === 'matmul') as ValueId;
  const node = nodeOf(plan, id) as NodeOf<'matmul'>;
  const own = identityMap(group.points);
  const drafts = new Drafts();
  const inliner = inlinerFor(
    plan,
    group,
    drafts,
    (value) => (value === id ? { kind: 'accumulator' } : { kind: 'inline' }),
    (read, map) => {
      forbidReplacing(plan, group, read, map);
    },
  );
  const stores: DraftStore[] = [];
  for (const value of [...group.values].sort((a, b) => a - b)) {
    const places = placesOf(plan, value);
    if (places.length === 0) continue;
    const expr = value === id ? drafts.add({ kind: 'accumulator', dtype: 'float32' }) : inliner.definition(value, own);
    stores.push(...storesTo(places, own, storable(drafts, expr), group.digits, MATMUL_RESULT));
  }
  for (const { value, destinations } of group.copies) {
    stores.push(...storesTo(destinations, own, storable(drafts, inliner.value(value, own)), group.digits, MATMUL_RESULT));
  }
  const [batch, m, n, k] = [0, 1, 2, 3].map((segment) => group.digits.segment(segment)) as [number[], number[], number[], number[]];
  const operand = (input: ValueId, digits: readonly number[]): Operand => {
    const { base, map, fill } = plan.roles.operand(input);
    const home = plan.locations.home(base);
    const at = composeMaps(map, home.map);
    if (at === null) throw new Error(`${node.place}: an operand cannot be read where it is stored`);
    forbidReplacing(plan, group, base);
    return { buffer: home.buffer, at: access(at, digits, fill) };
  };
  const [sum] = group.columnSums;
  const [sumPlace] = sum === undefined ? [] : plan.locations.destinations(sum);
  const digits = [...batch, ...m, ...n];
  return {
    kind: 'matmul',
    label: labelOf(plan, group),
    level: group.level,
    batch,
    m,
    n,
    k,
    a: operand(node.inputs[0], [...batch, ...m, ...k]),
    b: operand(node.inputs[1], [...batch, ...k, ...n]),
    stores: stores.map((store) => storeOf(store, digits)),
    exprs: drafts.finish(digits),
    columnSum: sumPlace ? { buffer: sumPlace.buffer, at: access(sumPlace.map, [...batch, ...n]) } : null,
  };
}
