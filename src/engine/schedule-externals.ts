import type { Schedule } from '../kernels/compiler/schedule.ts';

/** Whether a schedule reads or writes an external of that name. */
export function hasExternal({ buffers }: Schedule, name: string): boolean {
  return buffers.some(({ storage }) => storage.kind === 'external' && storage.name === name);
}
