/**
 * Encodes a copy of `bytes` bytes of a buffer for the host, after all that was encoded before. What is returned waits for it, once the encoder's
 * commands have been submitted.
 */
export function encodeReadBack(
  device: GPUDevice,
  encoder: GPUCommandEncoder,
  source: GPUBuffer,
  offset = 0,
  bytes = source.size - offset,
): () => Promise<ArrayBuffer> {
  const staging = device.createBuffer({ label: 'read-back', size: bytes, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  encoder.copyBufferToBuffer(source, offset, staging, 0, bytes);
  return async () => {
    try {
      await staging.mapAsync(GPUMapMode.READ);
      return staging.getMappedRange().slice(0);
    } finally {
      staging.destroy();
    }
  };
}

/** Copies `bytes` bytes of a buffer back to the host, after all work submitted so far. */
export function readBack(device: GPUDevice, source: GPUBuffer, offset?: number, bytes?: number): Promise<ArrayBuffer> {
  const encoder = device.createCommandEncoder({ label: 'read-back' });
  const read = encodeReadBack(device, encoder, source, offset, bytes);
  device.queue.submit([encoder.finish()]);
  return read();
}
