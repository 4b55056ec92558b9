import type { CustomKernelDefinition, WasmKernel } from '../custom-kernels.ts';
import { customKernel } from '../custom-kernels.ts';
import type { CustomKernel } from '../schedule.ts';
import type { KernelFunction } from './kernel-function.ts';

function wasmOf({ name, wasm }: CustomKernelDefinition): WasmKernel {
  if (wasm === undefined) throw new Error(`custom kernel "${name}" has no WebAssembly code`);
  return wasm;
}

/** Emits a hand-written kernel. `sizes` are the elements of each slot. */
export function emitCustom(target: KernelFunction, kernel: CustomKernel, sizes: readonly number[]): void {
  const sizeOf = (slot: number): number => sizes[slot] as number;
  wasmOf(customKernel(kernel.name)).emit({
    f: target.f,
    math: target.math,
    operands: kernel.inputs.map((slot) => ({ address: target.slot(slot), size: sizeOf(slot) })),
    result: { address: target.slot(kernel.output), size: sizeOf(kernel.output) },
    attrs: kernel.attrs,
    scratch: (bytes) => {
      const address = target.f.local('i32');
      target.f.get(target.scratch);
      target.f.i32(target.reserve(bytes));
      target.f.op('i32.add');
      target.f.set(address);
      return address;
    },
  });
}
