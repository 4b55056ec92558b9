import type { FunctionBuilder, Local } from './function-builder.ts';
import type { MathLibrary } from './math/library.ts';

/** What the generators of kernels write into: parameters are the addresses of the slots, then the kernel's numbers, then a scratch address. */
export interface KernelFunction {
  readonly f: FunctionBuilder;
  readonly math: MathLibrary;
  readonly slot: (slot: number) => Local;
  readonly number: (index: number) => Local;
  /** Address of memory that is free during the kernel. */
  readonly scratch: Local;
  /** Takes that many bytes of the scratch memory; returns where they begin, counted from `scratch`. */
  readonly reserve: (bytes: number) => number;
}
