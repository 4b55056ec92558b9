/** A hand-written kernel: an operation that no combination of the graph's operations computes well. */
export interface CustomKernelDefinition {
  readonly name: string;
  /** Float64 oracle: result of `size` elements, row-major, from contiguous operands. */
  interpret(operands: readonly Float64Array[], attrs: Readonly<Record<string, number>>, size: number): Float64Array;
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
