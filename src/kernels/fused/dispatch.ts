import type { BlockPlan } from './memory-plan.ts';
import type { BlockStages } from './pipelines.ts';

/** One kernel launch. */
export interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: number;
  readonly rows: number;
}

const MOST_THREADS = 64;

/** Threads of a workgroup of kernels with a thread per slice: a power of two. */
export function sliceThreads(slices: number): number {
  return Math.min(MOST_THREADS, 2 ** Math.ceil(Math.log2(slices)));
}

/** Workgroups for one thread per slice of a row. */
export function sliceWorkgroups(slices: number): number {
  return Math.ceil(slices / sliceThreads(slices));
}

/** The launches of a block's step, in order. */
export function stagesOf(
  { block, segments }: BlockPlan,
  { gather, decide, apply }: BlockStages,
  bindGroup: GPUBindGroup,
  workgroups: number,
): readonly Dispatch[] {
  const rows = block.rows.length;
  return [
    ...(gather ? [{ pipeline: gather, bindGroup, workgroups, rows }] : []),
    ...(decide ? [{ pipeline: decide, bindGroup, workgroups: segments, rows }] : []),
    { pipeline: apply, bindGroup, workgroups, rows },
  ];
}

export function recordDispatch(pass: GPUComputePassEncoder, { pipeline, bindGroup, workgroups, rows }: Dispatch): void {
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindGroup);
  pass.dispatchWorkgroups(workgroups, rows);
}

/** Binds buffers 0, 1, ... of a group. */
export function bindBuffers(device: GPUDevice, label: string, layout: GPUBindGroupLayout, buffers: readonly GPUBuffer[]): GPUBindGroup {
  return device.createBindGroup({ label, layout, entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })) });
}
