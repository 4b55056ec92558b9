import type { FunctionBuilder, Local } from './wasm/function-builder.ts';
import type { MathLibrary } from './wasm/math/library.ts';

/** How a kernel's WGSL reaches its memory; indices and values are WGSL texts. */
export interface WgslAccess {
  /** Number of this thread, an i32. */
  readonly thread: string;
  /** Text of an operand's element. */
  read(input: number, index: string): string;
  /** Text of an element of the result that this thread has written. */
  readOutput(index: string): string;
  /** Statement that writes an element of the result. */
  write(index: string, value: string): string;
}

/** The kernel for one run as WGSL. */
export interface WgslKernel {
  /** Number of threads; they must not depend on each other. */
  threads(attrs: Readonly<Record<string, number>>, size: number): number;
  /** Statements of one thread, which may declare local variables. Every element of the result must be written by some thread. */
  write(access: WgslAccess, attrs: Readonly<Record<string, number>>, size: number): string;
}

/** A stored array: a local with its address, and its elements. */
export interface WasmArray {
  readonly address: Local;
  readonly size: number;
}

/** What a kernel's WebAssembly is emitted with. Arrays lie contiguously; a vector may be read, not written, beyond the end of one. */
export interface WasmKernelTarget {
  readonly f: FunctionBuilder;
  readonly math: MathLibrary;
  readonly operands: readonly WasmArray[];
  readonly result: WasmArray;
  readonly attrs: Readonly<Record<string, number>>;
  /** A new local with the address of that many bytes for intermediate results. */
  scratch(bytes: number): Local;
}

/** The kernel for one run as WebAssembly. */
export interface WasmKernel {
  emit(target: WasmKernelTarget): void;
}

/** A hand-written kernel: an operation that no combination of the graph's operations computes well. */
export interface CustomKernelDefinition {
  readonly name: string;
  /** Float64 oracle: result of `size` elements, row-major, from contiguous operands. */
  interpret(operands: readonly Float64Array[], attrs: Readonly<Record<string, number>>, size: number): Float64Array;
  /** Needed where the kernel is to run on a GPU. */
  readonly wgsl?: WgslKernel;
  /** Needed where the kernel is to run on WebAssembly. */
  readonly wasm?: WasmKernel;
}

const kernels = new Map<string, CustomKernelDefinition>();

/** Makes a kernel known to the interpreter and both generators. */
export function registerCustomKernel(kernel: CustomKernelDefinition): void {
  kernels.set(kernel.name, kernel);
}

/** Throws an error that names the kernel where it is not registered. */
export function customKernel(name: string): CustomKernelDefinition {
  const kernel = kernels.get(name);
  if (kernel === undefined) throw new Error(`custom kernel "${name}" is not registered`);
  return kernel;
}
