import type { GraphNode, NodeOf, ValueId } from '../graph.ts';
import { type IndexMap, identityMap } from '../index-map.ts';
import type { LoopsKernel, Pass } from '../schedule.ts';
import type { Location } from './buffers.ts';
import { type DraftStore, Drafts, storeOf } from './drafts.ts';
import { forbidReplacing, inlinerFor, labelOf, nodeOf, type Plan, placesOf, storable, storesTo } from './emission.ts';
import type { Group, GroupCopy } from './groups.ts';
import type { Inliner, Source } from './inliner.ts';
import { isWhole, rowMap } from './maps.ts';
import { type Passes, planPasses } from './passes.ts';

/**
 * Values that live from one pass to the next, each with a value whose place it can use until that is stored, in the last pass: the
 * exponentials of a softmax lie where its result will be.
 */
function lendPlaces(plan: Plan, passes: Passes): ReadonlyMap<ValueId, ValueId> {
  const last = passes.count - 1;
  const results = passes.elements.filter((id) => {
    const { storage } = plan.locations.buffers.get(plan.locations.home(id).buffer);
    return passes.pass(id) === last && placesOf(plan, id).length === 1 && storage.kind === 'arena' && nodeOf(plan, id).dtype === 'float32';
  });
  const lent = new Map<ValueId, ValueId>();
  for (const id of passes.elements) {
    if (placesOf(plan, id).length > 0 || nodeOf(plan, id).dtype === 'int32' || passes.pass(id) === last) continue;
    const place = results.find((result) => isWhole(plan.locations.home(result).map, nodeOf(plan, result).size));
    if (place === undefined) continue;
    lent.set(id, place);
    plan.locations.buffers.lend(plan.locations.home(place).buffer);
    results.splice(results.indexOf(place), 1);
  }
  return lent;
}

interface DraftPass {
  readonly reduces: Pass['reduces'];
  readonly stores: readonly DraftStore[];
  readonly outerStores: readonly DraftStore[];
}

/** The kernel of element-wise work and reductions over one domain. */
export function emitLoops(plan: Plan, group: Group): LoopsKernel {
  const { points, cols } = group;
  const drafts = new Drafts();
  const passes = planPasses(plan, group);
  const element = identityMap(points);
  const row = cols === null ? element : rowMap(points / cols, cols);
  const ownOf = (id: ValueId): IndexMap => (nodeOf(plan, id).size === points ? element : row);
  const isStored = new Set(passes.elements);
  const numbers = new Map(passes.reductions.map((id, index) => [id, index]));
  const onRead = (id: ValueId, map: IndexMap): void => forbidReplacing(plan, group, id, map);
  const lent = lendPlaces(plan, passes);
  const homeOf = (id: ValueId): Location => plan.locations.home(lent.get(id) ?? id);
  const sourceIn =
    (pass: number) =>
    (id: ValueId, node: GraphNode): Source => {
      if (node.op === 'reduce') return { kind: 'reduced', index: numbers.get(id) as number };
      const isReadBack = isStored.has(id) && passes.pass(id) < pass;
      return isReadBack ? { kind: 'load', location: homeOf(id) } : { kind: 'inline' };
    };
  const valueStores = (id: ValueId, own: IndexMap, inliner: Inliner): DraftStore[] => {
    const node = nodeOf(plan, id);
    const value = node.op === 'reduce' ? inliner.value(id, own) : inliner.definition(id, own);
    const places = placesOf(plan, id);
    return storesTo(places.length > 0 ? places : [homeOf(id)], own, storable(drafts, value), group.digits);
  };
  const copyStores = ({ value, destinations }: GroupCopy, inliner: Inliner): DraftStore[] => {
    const own = ownOf(value);
    return storesTo(destinations, own, storable(drafts, inliner.value(value, own)), group.digits);
  };
  const written = Array.from({ length: passes.count }, (_, pass): DraftPass => {
    const inliner = inlinerFor(plan, group, drafts, sourceIn(pass), onRead);
    const after = inlinerFor(plan, group, drafts, sourceIn(pass), onRead);
    const copies = passes.copiesIn(pass);
    const isElement = ({ value }: GroupCopy): boolean => ownOf(value) === element;
    const here = (id: ValueId): boolean => passes.pass(id) === pass;
    return {
      reduces: passes.reductions.filter(here).map((id) => {
        const { fn, inputs } = nodeOf(plan, id) as NodeOf<'reduce'>;
        return { fn, value: inliner.value(inputs[0], element) };
      }),
      stores: [
        ...passes.elements.filter(here).flatMap((id) => valueStores(id, element, inliner)),
        ...copies.filter(isElement).flatMap((copy) => copyStores(copy, inliner)),
      ],
      outerStores: [
        ...passes.rows.filter((id) => passes.rowPass(id) === pass).flatMap((id) => valueStores(id, row, after)),
        ...copies.filter((copy) => !isElement(copy)).flatMap((copy) => copyStores(copy, after)),
      ],
    };
  });
  const digits = group.digits.all();
  return {
    kind: 'loops',
    label: labelOf(plan, group),
    level: group.level,
    extents: digits,
    outer: cols === null ? digits.length : group.digits.segment(0).length,
    exprs: drafts.finish(digits),
    passes: written.map(({ reduces, stores, outerStores }) => ({
      reduces,
      stores: stores.map((store) => storeOf(store, digits)),
      outerStores: outerStores.map((store) => storeOf(store, digits)),
    })),
  };
}
