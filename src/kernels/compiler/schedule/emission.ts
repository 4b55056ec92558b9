import type { Graph, GraphNode, ValueId } from '../graph.ts';
import { composeMaps, type IndexMap, identityMap } from '../index-map.ts';
import type { ExprId } from '../schedule.ts';
import type { Location } from './buffers.ts';
import type { Digits } from './digits.ts';
import type { DraftStore, Drafts } from './drafts.ts';
import type { Grouping } from './grouping.ts';
import { type Group, MATMUL_RESULT } from './groups.ts';
import { Inliner, type Source } from './inliner.ts';
import type { Locations, Replacement } from './locations.ts';
import { isSameMap, rowMap } from './maps.ts';
import type { Decisions } from './options.ts';
import type { Roles } from './roles.ts';

/** All that is known when kernels are written. */
export interface Plan {
  readonly graph: Graph;
  readonly roles: Roles;
  readonly locations: Locations;
  readonly grouping: Grouping;
  readonly decisions: Decisions;
  /** What this attempt has decided while kernels were written. */
  readonly blamed: Set<ValueId>;
  readonly storesExpensive: boolean;
  readonly replacements: readonly Replacement[];
  /** Values that kernels other than their own read. */
  readonly isReadElsewhere: ReadonlySet<ValueId>;
}

export const nodeOf = ({ graph }: Plan, id: ValueId): GraphNode => graph.nodes[id] as GraphNode;

/** Where a value's own kernel stores it; empty if only that kernel needs it. */
export function placesOf({ locations, isReadElsewhere }: Plan, id: ValueId): readonly Location[] {
  const places = locations.destinations(id);
  return places.length === 0 && isReadElsewhere.has(id) ? [locations.home(id)] : places;
}

/** Stores of one value to several places, at the point that `own` names. */
export function storesTo(
  places: readonly Location[],
  own: IndexMap,
  value: ExprId,
  digits: Digits,
  segments?: readonly number[],
): DraftStore[] {
  return places.map(({ buffer, map }) => {
    const at = composeMaps(own, map);
    if (at === null || !digits.add(at.extents, segments)) throw new Error('a store does not fit the kernel it was planned for');
    return { buffer, map: at, value };
  });
}

/** The value of a stored expression: a bool is stored as a number. */
export const storable = (drafts: Drafts, value: ExprId): ExprId =>
  drafts.dtype(value) === 'bool' ? drafts.add({ kind: 'unary', fn: 'toFloat', a: value, dtype: 'float32' }) : value;

/** Places of the values in a group. */
export function labelOf(plan: Plan, { values, copies, columnSums }: Group): string {
  const places = [...values, ...copies.map(({ value }) => value), ...columnSums].map((id) => nodeOf(plan, id).place || nodeOf(plan, id).op);
  return [...new Set(places)].join(' + ');
}

/** Writes the expressions of a group; `own` says how it gets hold of its own values. */
export function inlinerFor(
  plan: Plan,
  group: Group,
  drafts: Drafts,
  own: (id: ValueId, node: GraphNode) => Source,
  onRead?: (id: ValueId, map: IndexMap) => void,
): Inliner {
  const { graph, grouping, locations, roles } = plan;
  const segments = group.kind === 'matmul' ? MATMUL_RESULT : undefined;
  const read = (id: ValueId, map: IndexMap): Source => {
    onRead?.(id, map);
    return { kind: 'load', location: locations.home(id) };
  };
  return new Inliner(graph, drafts, {
    points: group.points,
    resolve(id, map) {
      const node = nodeOf(plan, id);
      if (node.op === 'constant' && node.values.length === 1) return { kind: 'inline' };
      if (grouping.home(id) === group) return own(id, node);
      // What the group does not read it computes, even if others store it.
      return roles.of(id) === 'leaf' || group.reads.has(id) ? read(id, map) : { kind: 'inline' };
    },
    table(id) {
      const { base, map } = roles.operand(id);
      forbidReplacing(plan, group, base);
      return { base, map, location: locations.home(base) };
    },
    accepts: (extents) => group.digits.add(extents, segments),
    // Digits that other members of the kernel have brought in since the planning can leave no room for a map: the value is stored apart.
    blame(id) {
      const { stored, contiguous } = plan.decisions;
      const decided = roles.of(id) === 'stored' ? contiguous : stored;
      if (decided.has(id) && !plan.blamed.has(id))
        throw new Error(`${nodeOf(plan, id).place}: value ${id} cannot be read by the kernel it was planned for`);
      decided.add(id);
      plan.blamed.add(id);
    },
  });
}

/**
 * Has an output written apart where the kernel that would overwrite an input reads it at other points than those it is writing.
 * @param map of the read, from the kernel's points; none for an operand, which is read everywhere
 */
export function forbidReplacing(plan: Plan, group: Group, input: ValueId, map?: IndexMap): void {
  for (const { output, input: replaced, value } of plan.replacements) {
    if (replaced !== input || !plan.grouping.producers(value).includes(group)) continue;
    const own =
      nodeOf(plan, value).size === group.points ? identityMap(group.points) : rowMap(group.points / (group.cols ?? 1), group.cols ?? 1);
    const isSafe = map !== undefined && plan.grouping.home(value) === group && isSameMap(map, own);
    if (!isSafe) plan.decisions.viaTemporary.add(output);
  }
}
