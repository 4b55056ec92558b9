import { readBack } from '../../../fused/read-back.ts';
import { requestDevice } from '../../../gpu-device.ts';
import type { Schedule } from '../../schedule.ts';
import type { AdapterClass } from '../adapter-class.ts';
import { GpuProgram } from '../gpu-program.ts';

export type HostValues = Readonly<Record<string, ArrayLike<number>>>;

/** A device whose uncaptured errors are collected: a validation error throws nothing by itself. */
export async function testDevice(): Promise<{ readonly device: GPUDevice; readonly errors: string[] }> {
  const result = await requestDevice();
  if (!result.ok) throw new Error(result.message);
  const errors: string[] = [];
  result.device.addEventListener('uncapturederror', ({ error }) => errors.push(error.message));
  return { device: result.device, errors };
}

/** The externals of a schedule by name. */
export function externalsOf(schedule: Schedule): Map<string, { size: number; dtype: 'float32' | 'int32'; isShared: boolean }> {
  const found = new Map<string, { size: number; dtype: 'float32' | 'int32'; isShared: boolean }>();
  for (const { storage, size, dtype } of schedule.buffers) {
    if (storage.kind === 'external') found.set(storage.name, { size, dtype, isShared: storage.owner === 'shared' });
  }
  return found;
}

/** Externals written, the schedule replayed `repeats` times, everything read back: (runs, size) or (size). */
export async function runOnGpu(
  device: GPUDevice,
  schedule: Schedule,
  inputs: HostValues,
  { runs, adapter, repeats = 1 }: { readonly runs: number; readonly adapter: AdapterClass; readonly repeats?: number },
): Promise<Record<string, Float32Array | Int32Array>> {
  const program = await GpuProgram.create(device, schedule, { runs, adapter });
  const found = await runProgram(device, program, schedule, inputs, repeats);
  program.dispose();
  return found;
}

/** The same with a program of the schedule. */
export async function runProgram(
  device: GPUDevice,
  program: GpuProgram,
  schedule: Schedule,
  inputs: HostValues,
  repeats: number,
): Promise<Record<string, Float32Array | Int32Array>> {
  const externals = externalsOf(schedule);
  for (const [name, { dtype }] of externals) {
    const values = inputs[name];
    if (values !== undefined)
      device.queue.writeBuffer(program.buffer(name), 0, dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values));
  }
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  for (let repeat = 0; repeat < repeats; repeat++) program.encode(pass);
  pass.end();
  device.queue.submit([encoder.finish()]);
  const found = await Promise.all(
    [...externals].map(async ([name, { dtype }]) => {
      const bytes = await readBack(device, program.buffer(name));
      return [name, dtype === 'int32' ? new Int32Array(bytes) : new Float32Array(bytes)] as const;
    }),
  );
  return Object.fromEntries(found);
}
