import { expect, it } from 'vitest';
import { readBack } from '../../kernels/fused/read-back.ts';
import { testDevice } from '../../kernels/fused/testing/fused-harness.ts';
import { COPY_SHAPES, createCopies } from './copy-kernel.ts';

it.each([32, 32 * 1000, 32 * 1025, 32 * 300_001])('every shape copies all of %i bytes read and written', async (bytes) => {
  const { device, errors } = await testDevice();
  const { source, target, kernels, dispose } = createCopies(device, bytes);
  const values = Float32Array.from({ length: bytes / 8 }, (_, index) => index + 1);
  device.queue.writeBuffer(source, 0, values);
  expect(kernels.map(({ vectors }) => vectors)).toEqual(COPY_SHAPES);
  for (const kernel of kernels) {
    expect(kernel.bytes).toBe(bytes);
    device.queue.writeBuffer(target, 0, new Float32Array(values.length));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    kernel.encode(pass);
    pass.end();
    device.queue.submit([encoder.finish()]);
    expect(new Float32Array(await readBack(device, target))).toEqual(values);
  }
  expect(errors).toEqual([]);
  dispose();
});
