import type { BufferId, Schedule } from '../schedule.ts';

export interface ArenaPlan {
  /** Per buffer: first element in the arena; null for buffers that are not in it. */
  readonly offsets: readonly (number | null)[];
  /** Elements of the arena of one run. */
  readonly size: number;
  /** What it would be if every value had memory of its own. */
  readonly sizeWithoutReuse: number;
}

interface Block {
  readonly buffer: BufferId;
  readonly size: number;
  readonly tenants?: number;
  readonly firstLevel: number;
  readonly lastLevel: number;
}

interface Placed extends Block {
  readonly offset: number;
}

/**
 * Places the arena's buffers such that those that live at a common level do not overlap: large ones first, each in the smallest gap that
 * holds it.
 * @param alignment of offsets, in elements
 */
export function planArena(schedule: Schedule, { alignment }: { readonly alignment: number }): ArenaPlan {
  const offsets: (number | null)[] = schedule.buffers.map(() => null);
  const blocks = schedule.buffers.flatMap(({ size, storage }, buffer): Block[] =>
    storage.kind === 'arena' ? [{ buffer, size: Math.ceil(size / alignment) * alignment, ...storage }] : [],
  );
  const placed: Placed[] = [];
  for (const block of [...blocks].sort((a, b) => b.size - a.size || a.firstLevel - b.firstLevel || a.buffer - b.buffer)) {
    const offset = bestGap(block, placed);
    placed.push({ ...block, offset });
    offsets[block.buffer] = offset;
  }
  return {
    offsets,
    size: placed.reduce((end, { offset, size }) => Math.max(end, offset + size), 0),
    sizeWithoutReuse: blocks.reduce((sum, { size, tenants = 1 }) => sum + size * tenants, 0),
  };
}

function bestGap(block: Block, placed: readonly Placed[]): number {
  const rivals = placed
    .filter((other) => other.firstLevel <= block.lastLevel && block.firstLevel <= other.lastLevel)
    .sort((a, b) => a.offset - b.offset);
  let end = 0;
  let best: { readonly offset: number; readonly room: number } | null = null;
  for (const rival of rivals) {
    const room = rival.offset - end;
    if (room >= block.size && (best === null || room < best.room)) best = { offset: end, room };
    end = Math.max(end, rival.offset + rival.size);
  }
  return best?.offset ?? end;
}
