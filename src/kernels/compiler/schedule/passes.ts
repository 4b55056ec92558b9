import { inputsOf, type ValueId } from '../graph.ts';
import { EXPENSIVE, LOAD_COST, ownCost } from './cost.ts';
import { nodeOf, type Plan, placesOf } from './emission.ts';
import type { Group, GroupCopy } from './groups.ts';

/** When a kernel of loops computes its values. */
export interface Passes {
  readonly count: number;
  /** Reductions in the order of their numbers. */
  readonly reductions: readonly ValueId[];
  /** Pass in which a reduction is computed or an element stored. */
  pass(id: ValueId): number;
  /** Pass after which a row's value is stored; what replaces an input waits for the last. */
  rowPass(id: ValueId): number;
  readonly elements: readonly ValueId[];
  readonly rows: readonly ValueId[];
  copiesIn(pass: number): readonly GroupCopy[];
}

/** Orders the work of a kernel of loops. */
export function planPasses(plan: Plan, group: Group): Passes {
  const values = [...group.values].sort((a, b) => a - b);
  const isReduction = (id: ValueId): boolean => nodeOf(plan, id).op === 'reduce';
  const isElement = (id: ValueId): boolean => !isReduction(id) && nodeOf(plan, id).size === group.points;
  const inside = new Set(values);
  const reductions = values.filter(isReduction);

  /** What an expression reads through what it computes itself; it stops at reductions, and at values for which `isRead` holds. */
  const reads = (roots: readonly ValueId[], isRead: (id: ValueId) => boolean): Set<ValueId> => {
    const found = new Set<ValueId>();
    const visit = (id: ValueId): void => {
      if (found.has(id)) return;
      found.add(id);
      const isLoaded = !inside.has(id) && (group.reads.has(id) || plan.roles.of(id) === 'leaf');
      if (isLoaded || isReduction(id) || isRead(id)) return;
      for (const input of inputsOf(nodeOf(plan, id))) visit(input);
    };
    for (const root of roots) visit(root);
    return found;
  };
  const readsOf = (id: ValueId, isRead: (value: ValueId) => boolean = () => false): Set<ValueId> =>
    reads(inputsOf(nodeOf(plan, id)), isRead);

  const passOf = new Map<ValueId, number>();
  for (const id of values) {
    const below = [...readsOf(id)].filter((read) => inside.has(read) && isReduction(read)).map((read) => passOf.get(read) as number);
    const last = Math.max(-1, ...below);
    passOf.set(id, isReduction(id) || isElement(id) ? last + 1 : Math.max(last, 0));
  }
  const pass = (id: ValueId): number => passOf.get(id) as number;

  // From the last to the first: a value is stored in the first pass that needs it.
  const stored = new Set(values.filter((id) => isElement(id) && placesOf(plan, id).length > 0));
  const costs = costsWithin(plan, group);
  const copies = group.copies.map((copy) => {
    const needed = reads([copy.value], () => false);
    const below = [...needed].filter((read) => inside.has(read) && isReduction(read)).map(pass);
    const last = Math.max(-1, ...below);
    return { copy, needed, pass: nodeOf(plan, copy.value).size === group.points ? last + 1 : Math.max(last, 0) };
  });
  for (const id of [...values].reverse()) {
    if (!isElement(id)) continue;
    const users = [
      ...[...reductions, ...stored].filter((user) => user !== id && (isReduction(user) || user > id) && readsOf(user).has(id)).map(pass),
      ...copies.filter(({ needed }) => needed.has(id)).map((copy) => copy.pass),
    ];
    const isDear = plan.storesExpensive && (costs.get(id) as number) >= EXPENSIVE && new Set(users).size > 1;
    if (isDear) stored.add(id);
    if (stored.has(id) && users.length > 0) passOf.set(id, Math.max(pass(id), Math.min(...users)));
  }
  delayReplacements(plan, group, { stored, reductions, passOf, readsOf });
  const elements = values.filter((id) => stored.has(id));
  const rows = values.filter((id) => !isElement(id) && placesOf(plan, id).length > 0);
  const count = 1 + Math.max(0, ...[...reductions, ...elements, ...rows].map(pass), ...copies.map((copy) => copy.pass));
  const replaced = new Set(plan.replacements.map(({ value }) => value));
  const rowPass = (id: ValueId): number => (replaced.has(id) ? count - 1 : pass(id));
  const copiesIn = (number: number): GroupCopy[] => copies.filter((entry) => entry.pass === number).map(({ copy }) => copy);
  return { count, reductions: [...reductions].sort((a, b) => pass(a) - pass(b) || a - b), pass, elements, rows, rowPass, copiesIn };
}

interface Order {
  readonly stored: ReadonlySet<ValueId>;
  readonly reductions: readonly ValueId[];
  readonly passOf: Map<ValueId, number>;
  readonly readsOf: (id: ValueId, isRead: (value: ValueId) => boolean) => Set<ValueId>;
}

/** What overwrites an input is stored in the last pass that reads the old value. */
function delayReplacements(plan: Plan, group: Group, { stored, reductions, passOf, readsOf }: Order): void {
  const pass = (id: ValueId): number => passOf.get(id) as number;
  const here = plan.replacements.filter(({ value }) => stored.has(value) && plan.grouping.home(value) === group);
  for (let hasChanged = here.length > 0; hasChanged; ) {
    hasChanged = false;
    for (const { value, input } of here) {
      const readers = [...reductions, ...stored].filter((user) =>
        readsOf(user, (read) => stored.has(read) && pass(read) < pass(user)).has(input),
      );
      const last = Math.max(pass(value), ...readers.map(pass));
      if (last === pass(value)) continue;
      passOf.set(value, last);
      hasChanged = true;
    }
  }
}

/** Cost of computing each of a group's values from what can be loaded. */
function costsWithin(plan: Plan, { values, reads }: Group): ReadonlyMap<ValueId, number> {
  const known = new Map<ValueId, number>();
  const own = new Set(values);
  const costOf = (id: ValueId): number => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const node = nodeOf(plan, id);
    const isLoaded = (!own.has(id) && (reads.has(id) || plan.roles.of(id) === 'leaf')) || node.op === 'reduce';
    const cost = isLoaded ? LOAD_COST : inputsOf(node).reduce((sum, input) => sum + costOf(input), ownCost(node));
    known.set(id, cost);
    return cost;
  };
  for (const id of values) costOf(id);
  return known;
}
