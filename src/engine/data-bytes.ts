import type { LoadedData } from '../workloads/definition.ts';

/** Bytes of all arrays of a data set on the device. */
export function dataBytes(data: LoadedData): number {
  return Object.values(data.arrays).reduce((sum, { values }) => sum + values.byteLength, 0);
}
