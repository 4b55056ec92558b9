import type { Grouping } from './grouping.ts';
import type { Group } from './groups.ts';
import type { Replacement } from './locations.ts';
import type { Decisions } from './options.ts';

/**
 * Sets the groups' levels: 1 + the highest of what they wait for. A group waits for those whose values it reads and, where it overwrites
 * an input, for those that read the input. Where that is a circle, the outputs in question are written through temporaries next time.
 */
export function setLevels(grouping: Grouping, replacements: readonly Replacement[], decisions: Decisions): void {
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
  let isCircular = false;
  const levelOf = (group: Group): number => {
    const known = levels.get(group);
    if (known !== undefined) return known;
    if (open.has(group)) {
      isCircular = true;
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
  if (!isCircular) return;
  if (contested.length === 0) throw new Error('the kernels of a schedule wait for each other');
  for (const output of contested) decisions.viaTemporary.add(output);
}
