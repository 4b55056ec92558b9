/** Counts the GPU buffers that exist from now on until `stop`. */
export function countGpuBuffers(): {
  readonly held: () => { readonly buffers: number; readonly bytes: number };
  readonly stop: () => void;
} {
  const { createBuffer } = GPUDevice.prototype;
  const { destroy } = GPUBuffer.prototype;
  const alive = new Set<GPUBuffer>();
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    alive.add(buffer);
    return buffer;
  };
  GPUBuffer.prototype.destroy = function () {
    alive.delete(this);
    return destroy.call(this);
  };
  return {
    held: () => ({ buffers: alive.size, bytes: [...alive].reduce((sum, { size }) => sum + size, 0) }),
    stop: () => {
      GPUDevice.prototype.createBuffer = createBuffer;
      GPUBuffer.prototype.destroy = destroy;
    },
  };
}
