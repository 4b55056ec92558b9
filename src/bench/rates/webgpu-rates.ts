import { GPU_POLICY, SOFTWARE_GPU_POLICY } from '../../kernels/compiler/schedule/policies.ts';
import { GpuProgram } from '../../kernels/compiler/wgsl/gpu-program.ts';
import type { GrantedDevice } from '../../kernels/gpu-device.ts';
import type { Rates } from '../report.ts';
import { bestRate } from './best-rate.ts';
import copySource from './copy.wgsl?raw';
import { LARGE_PRODUCT, multiplyAdds, type ProductShape, productSchedule } from './product-schedule.ts';

/** Beyond the caches of processors and of most GPUs, and within the limits of every device. */
const COPY_BYTES = 32 * 1024 ** 2;
const WORKGROUP_BYTES = 64 * 16;

/** Encodes something `count` times into one pass, submits, and waits for the device. */
async function repeat(device: GPUDevice, count: number, encode: (pass: GPUComputePassEncoder) => void): Promise<void> {
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  for (let i = 0; i < count; i++) encode(pass);
  pass.end();
  device.queue.submit([encoder.finish()]);
  await device.queue.onSubmittedWorkDone();
}

/** A bare product of R runs, compiled by the WGSL generator. */
export interface GpuProduct {
  /** Makes it `count` times and resolves when the device is through. */
  repeat(count: number): Promise<void>;
  dispose(): void;
}

export async function createGpuProduct({ device, isSoftware }: GrantedDevice, shape: ProductShape, runs: number): Promise<GpuProduct> {
  const schedule = productSchedule(shape, isSoftware ? SOFTWARE_GPU_POLICY : GPU_POLICY);
  const program = await GpuProgram.create(device, schedule, { runs, adapter: isSoftware ? 'software' : 'hardware' });
  return {
    repeat: (count) => repeat(device, count, (pass) => program.encode(pass)),
    dispose: () => program.dispose(),
  };
}

/** Multiply-adds per second of one large product. */
async function productRate(granted: GrantedDevice): Promise<number> {
  const product = await createGpuProduct(granted, LARGE_PRODUCT, 1);
  const rate = await bestRate(multiplyAdds(LARGE_PRODUCT), (count) => product.repeat(count));
  product.dispose();
  return rate;
}

async function copyRate(device: GPUDevice): Promise<number> {
  const module = device.createShaderModule({ code: copySource });
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
  const buffers = ['source', 'copy'].map((label) => device.createBuffer({ label, size: COPY_BYTES, usage: GPUBufferUsage.STORAGE }));
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const rate = await bestRate(2 * COPY_BYTES, (count) =>
    repeat(device, count, (pass) => {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroups(COPY_BYTES / WORKGROUP_BYTES);
    }),
  );
  for (const buffer of buffers) buffer.destroy();
  return rate;
}

export async function webGpuRates(granted: GrantedDevice): Promise<Rates> {
  return { multiplyAddsPerSecond: await productRate(granted), copyBytesPerSecond: await copyRate(granted.device) };
}
