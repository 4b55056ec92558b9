import type { SchedulePolicy } from '../schedule.ts';

/** One thread computes a run: long loops cost nothing, and what is computed twice costs time. */
export const WASM_POLICY: SchedulePolicy = {
  hasIndexedOperands: true,
  hasColumnSums: true,
  storesExpensive: true,
  longestSharedRow: Number.POSITIVE_INFINITY,
  mixesOrders: true,
};

/** Thousands of threads: element-wise work stays apart from long reductions, which only few threads can share. */
export const GPU_POLICY: SchedulePolicy = {
  hasIndexedOperands: true,
  hasColumnSums: true,
  storesExpensive: true,
  longestSharedRow: 1024,
  mixesOrders: false,
};

/** An adapter that runs shaders on the processor: loads are what costs. */
export const SOFTWARE_GPU_POLICY: SchedulePolicy = { ...GPU_POLICY, longestSharedRow: 65_536 };
