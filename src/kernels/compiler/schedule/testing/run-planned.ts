import type { Schedule } from '../../schedule.ts';
import { planArena } from '../arena.ts';
import { memoryOf, runKernel } from '../run-schedule.ts';

/**
 * Runs a schedule with the arena in one array at the planned places and the kernels of each level in reverse order, which finds wrong
 * lifetimes and wrong levels.
 */
export function runPlanned(schedule: Schedule, externals: Readonly<Record<string, Float64Array>>, alignment = 4): void {
  const { offsets, size } = planArena(schedule, { alignment });
  const arena = new Float64Array(size).fill(Number.NaN);
  const memory = schedule.buffers.map((buffer, id) => {
    const offset = offsets[id] ?? 0;
    return memoryOf(buffer, externals, () => arena.subarray(offset, offset + buffer.size));
  });
  const order = schedule.kernels
    .map((kernel, index) => ({ kernel, index }))
    .sort((a, b) => a.kernel.level - b.kernel.level || b.index - a.index);
  for (const { kernel } of order) runKernel(kernel, memory);
}

/** Externals of a schedule: the given ones copied, the others not a number. */
export function externalsOf(schedule: Schedule, given: Readonly<Record<string, ArrayLike<number>>>): Record<string, Float64Array> {
  const externals: Record<string, Float64Array> = {};
  for (const { size, storage } of schedule.buffers) {
    if (storage.kind !== 'external') continue;
    const values = given[storage.name];
    externals[storage.name] = values ? Float64Array.from(values) : new Float64Array(size).fill(Number.NaN);
  }
  return externals;
}

/** The first difference of two lists of numbers, in words, or null; 0 and -0 are equal, and so are NaNs. */
export function firstDifference(values: ArrayLike<number> | undefined, wanted: ArrayLike<number>): string | null {
  if (values?.length !== wanted.length) return `${values?.length ?? 'no'} elements instead of ${wanted.length}`;
  for (let i = 0; i < wanted.length; i++) {
    const [value, goal] = [values[i] as number, wanted[i] as number];
    if (value !== goal && !(Number.isNaN(value) && Number.isNaN(goal))) return `element ${i} is ${value} instead of ${goal}`;
  }
  return null;
}
