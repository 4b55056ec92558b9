import type { ScheduleBuffer } from '../schedule.ts';
import type { ClassChoices } from './adapter-class.ts';
import { customBody } from './custom.ts';
import { bindingsOf } from './dispatch-text.ts';
import type { GpuKernel, GpuSchedule } from './fold-gathers.ts';
import type { KernelBody } from './kernel-body.ts';
import { loopsBody } from './loops.ts';
import { matMulBodies, type Scratch } from './matmul.ts';
import type { RegionId } from './ports.ts';
import { alignUp, REGION_ALIGN, type Region, SCRATCH } from './regions.ts';
import { segmentSumBody } from './segment-sum.ts';
import { sortedSegmentSumBody } from './sorted-segment-sum.ts';

/** Kernels that run together. */
export interface Dispatched {
  readonly bodies: readonly KernelBody[];
  /** A kernel with more buffers than the device binds: the program's own memories are one binding each. */
  readonly isWhole: boolean;
}

/** What a schedule is dispatched as. */
export interface DispatchPlan {
  readonly dispatches: readonly Dispatched[];
  /** The schedule's regions, then the generator's own. */
  readonly regions: readonly Region[];
  /** Elements of the generator's own memory. */
  readonly scratchSize: number;
}

/** Groups a schedule's kernels into dispatches. Grouping depends on the schedule, the class and the binding limit, not on the runs. */
export function planDispatches(
  schedule: GpuSchedule,
  regions: readonly Region[],
  runs: number,
  choices: ClassChoices,
  maxBindings: number,
): DispatchPlan {
  const all = [...regions];
  let scratchSize = 0;
  const dispatches: Dispatched[] = [];
  const regionOf = (id: RegionId): Region => all[id] as Region;
  for (const kernels of levelsOf(schedule.kernels)) {
    let used = 0;
    const scratch: Scratch = (size) => {
      const runStride = alignUp(size, 4);
      all.push({ memory: SCRATCH, offset: runs * used, runStride, size: runs * runStride, dtype: 'float32' });
      used += alignUp(size, REGION_ALIGN);
      scratchSize = Math.max(scratchSize, runs * used);
      return all.length - 1;
    };
    const stages: KernelBody[][] = [];
    for (const kernel of kernels) {
      bodiesOf(schedule, kernel, choices, scratch).forEach((body, stage) => {
        stages[stage] = [...(stages[stage] ?? []), body];
      });
    }
    for (const bodies of stages) dispatches.push(...grouped(bodies, regionOf, choices, maxBindings));
  }
  return { dispatches, regions: all, scratchSize };
}

function bodiesOf({ buffers }: GpuSchedule, kernel: GpuKernel, choices: ClassChoices, scratch: Scratch): KernelBody[] {
  switch (kernel.kind) {
    case 'loops':
      return [loopsBody(kernel, choices, (buffer) => isLocal(buffers[buffer] as ScheduleBuffer))];
    case 'matmul':
      return matMulBodies(kernel, choices, scratch);
    case 'segmentSum':
      return [kernel.isSorted ? sortedSegmentSumBody(kernel, choices) : segmentSumBody(kernel, choices)];
    case 'custom':
      return [customBody(kernel, buffers[kernel.output]?.size ?? 0, choices)];
    default:
      return kernel satisfies never;
  }
}

/** Whether a buffer lives no longer than the kernels of one level, which do not read each other's results. */
const isLocal = ({ storage }: ScheduleBuffer): boolean => storage.kind === 'arena' && storage.firstLevel === storage.lastLevel;

function levelsOf(kernels: readonly GpuKernel[]): GpuKernel[][] {
  const levels: GpuKernel[][] = [];
  let current = -1;
  for (const kernel of kernels) {
    if (kernel.level !== current) levels.push([]);
    current = kernel.level;
    levels.at(-1)?.push(kernel);
  }
  return levels;
}

/** Bodies in order, together as long as their buffers fit the bindings of one dispatch. */
function grouped(
  bodies: readonly KernelBody[],
  regions: (id: RegionId) => Region,
  { isFusing }: ClassChoices,
  maxBindings: number,
): Dispatched[] {
  const groups: Dispatched[] = [];
  const fits = (together: readonly KernelBody[], isWhole: boolean): boolean =>
    bindingsOf({ bodies: together, isWhole }, regions).length <= maxBindings;
  for (const body of bodies) {
    const last = groups.at(-1);
    if (isFusing && last !== undefined && !last.isWhole && fits([...last.bodies, body], false)) {
      groups[groups.length - 1] = { bodies: [...last.bodies, body], isWhole: false };
      continue;
    }
    const isWhole = !fits([body], false);
    if (isWhole && !fits([body], true)) {
      const used = bindingsOf({ bodies: [body], isWhole: true }, regions).map(({ regions: [first] }) => regions(first as RegionId).memory);
      throw new Error(`${body.label}: the device binds ${maxBindings} buffers, the kernel uses ${used.length}: ${used.join(', ')}`);
    }
    groups.push({ bodies: [body], isWhole });
  }
  return groups;
}
