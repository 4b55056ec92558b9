/**
 * Counts what every library of a worker does with the device: memory it takes and kernels it launches. Put in place by importing this file,
 * which must come before the library; costs far less than a microsecond per call.
 */

interface Counts {
  gpuBytes: number;
  dispatches: number;
}

const counts: Counts = { gpuBytes: 0, dispatches: 0 };
const bufferBytes = new WeakMap<GPUBuffer, number>();
const memories: WebAssembly.Memory[] = [];

function meterGpu(): void {
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    bufferBytes.set(buffer, descriptor.size);
    counts.gpuBytes += descriptor.size;
    return buffer;
  };
  const { destroy } = GPUBuffer.prototype;
  GPUBuffer.prototype.destroy = function () {
    counts.gpuBytes -= bufferBytes.get(this) ?? 0;
    bufferBytes.delete(this);
    return destroy.call(this);
  };
  const { dispatchWorkgroups, dispatchWorkgroupsIndirect } = GPUComputePassEncoder.prototype;
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...sizes) {
    counts.dispatches += 1;
    return dispatchWorkgroups.apply(this, sizes);
  };
  GPUComputePassEncoder.prototype.dispatchWorkgroupsIndirect = function (...from) {
    counts.dispatches += 1;
    return dispatchWorkgroupsIndirect.apply(this, from);
  };
}

function meterWasm(): void {
  WebAssembly.Memory = class extends WebAssembly.Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      memories.push(this);
    }
  };
}

// Browsers without WebGPU do not have these classes either.
if (typeof GPUDevice !== 'undefined') meterGpu();
meterWasm();

/** GPU buffers that were not destroyed, and the memories of WebAssembly modules that got theirs from JavaScript, bytes. */
export function heldBytes(): number {
  return counts.gpuBytes + memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
}

/** Kernels launched since the worker started. */
export const dispatchCount = (): number => counts.dispatches;
