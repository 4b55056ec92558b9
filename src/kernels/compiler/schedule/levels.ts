import type { Grouping } from './grouping.ts';
import type { Group } from './groups.ts';
import type { Replacement } from './locations.ts';
import type { Decisions } from './options.ts';
import type { Roles } from './roles.ts';

/**
 * Sets the groups' levels: 1 + the highest of what they wait for. A group waits for those whose values it reads and, where it overwrites
 * an input, for those that read the input. Where that is a circle, the outputs in question are written through temporaries next time, or,
 * if there are none, what the kernels of the circle compute for each other is stored by kernels of its own.
 */
export function setLevels(grouping: Grouping, roles: Roles, replacements: readonly Replacement[], decisions: Decisions): void {
  const { groups } = grouping;
  const waitsFor = new Map<Group, Set<Group>>(
    groups.map((group) => [group, new Set([...group.reads].flatMap((read) => grouping.producers(read)))]),
  );
  const contested: string[] = [];
  for (const { output, value, input, buffer } of replacements) {
    const isDirect = !decisions.viaTemporary.has(output);
    const writers = isDirect
      ? grouping.producers(value)
      : groups.filter(({ copies }) => copies.some(({ destinations }) => destinations.some((place) => place.buffer === buffer)));
    const readers = groups.filter((group) => group.reads.has(input));
    for (const writer of writers) {
      for (const reader of readers) {
        if (reader === writer) continue;
        waitsFor.get(writer)?.add(reader);
        if (isDirect) contested.push(output);
      }
    }
  }
  const levels = new Map<Group, number>();
  const open = new Set<Group>();
  const circle = new Set<Group>();
  const levelOf = (group: Group): number => {
    const known = levels.get(group);
    if (known !== undefined) return known;
    if (open.has(group)) {
      const path = [...open];
      for (const member of path.slice(path.indexOf(group))) circle.add(member);
      return 0;
    }
    open.add(group);
    let level = 0;
    for (const other of waitsFor.get(group) ?? []) if (other !== group) level = Math.max(level, levelOf(other) + 1);
    open.delete(group);
    levels.set(group, level);
    return level;
  };
  for (const group of groups) group.level = levelOf(group);
  if (circle.size === 0) return;
  for (const output of contested) decisions.viaTemporary.add(output);
  if (contested.length > 0) return;
  const shared = [...circle].flatMap(({ values }) => values.filter((id) => roles.of(id) === 'shared'));
  if (shared.length === 0) throw new Error('the kernels of a schedule wait for each other');
  for (const id of shared) decisions.stored.add(id);
}
