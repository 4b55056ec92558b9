import { planArena } from '../schedule/arena.ts';
import type { GpuSchedule } from './fold-gathers.ts';
import { ARENA, alignUp, CONSTANTS, externalMemory, REGION_ALIGN, type Region } from './regions.ts';

/** Where everything of a program lies, for a number of runs. */
export interface MemoryLayout {
  /** Per buffer of the schedule. */
  readonly regions: readonly Region[];
  /** Elements of each GPU buffer by name. */
  readonly sizes: Readonly<Record<string, number>>;
}

/**
 * Externals are (R, size) or (size) each in a GPU buffer of its own. Arena buffers are (R, size) with rows rounded up to whole vectors, at R
 * times the offset that one run's plan gives them. Constants lie side by side.
 */
export function layOut(schedule: GpuSchedule, runs: number): MemoryLayout {
  const arena = planArena(schedule, { alignment: REGION_ALIGN });
  const sizes: Record<string, number> = {};
  let constants = 0;
  const regions = schedule.buffers.map(({ size, dtype, storage }, id): Region => {
    switch (storage.kind) {
      case 'external': {
        const memory = externalMemory(storage.name);
        const isShared = storage.owner === 'shared';
        const total = isShared ? size : runs * size;
        sizes[memory] = Math.max(sizes[memory] ?? 0, total);
        return { memory, offset: 0, runStride: isShared ? 0 : size, size: total, dtype };
      }
      case 'constant': {
        const offset = constants;
        constants += alignUp(size, REGION_ALIGN);
        sizes[CONSTANTS] = constants;
        return { memory: CONSTANTS, offset, runStride: 0, size: alignUp(size, 4), dtype };
      }
      case 'arena': {
        const runStride = alignUp(size, 4);
        sizes[ARENA] = runs * arena.size;
        return { memory: ARENA, offset: runs * (arena.offsets[id] as number), runStride, size: runs * runStride, dtype };
      }
      default:
        return storage satisfies never;
    }
  });
  return { regions, sizes };
}
