import type { Grouping } from './grouping.ts';
import { type Group, LARGEST_KERNEL } from './groups.ts';
import type { Locations } from './locations.ts';
import type { Decisions } from './options.ts';
import type { Roles } from './roles.ts';

/**
 * Finds kernels that only one other kernel reads, over the same domain: their values can be computed there, when they are needed, as the
 * sum of an example's targets in the kernel of its loss.
 */
export function delayLoneValues(grouping: Grouping, roles: Roles, locations: Locations, decisions: Decisions): void {
  const readersOf = new Map<Group, Set<Group>>(grouping.groups.map((group) => [group, new Set()]));
  for (const reader of grouping.groups) {
    for (const read of reader.reads) for (const group of grouping.producers(read)) readersOf.get(group)?.add(reader);
  }
  const sizes = new Map(grouping.groups.map((group) => [group, group.asked.size]));
  for (const group of grouping.groups) {
    const [reader, ...others] = readersOf.get(group) as Set<Group>;
    if (reader === undefined || others.length > 0 || group.kind !== 'loops' || group.copies.length > 0) continue;
    const isSameDomain = reader.points === group.points && (group.cols === null || group.cols === reader.cols);
    const isLone = group.values.every((id) => locations.destinations(id).length === 0 && !roles.isOperand(id));
    // A copy is made of what is stored: the old value may be gone by then.
    const isCopied = reader.copies.some(({ value }) => group.values.includes(value));
    const together = (sizes.get(group) as number) + (sizes.get(reader) as number);
    if (!isSameDomain || !isLone || isCopied || together > LARGEST_KERNEL) continue;
    sizes.set(reader, together);
    for (const id of group.values) decisions.delayed.add(id);
  }
}
