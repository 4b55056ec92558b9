import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { requestDevice } from '../../kernels/gpu-device.ts';
import * as tf from '../../kernels/tf.ts';

/** TensorFlow.js's WebGPU backend on a device whose uncaptured errors are listed, set as the current one. */
export async function openWebGpu(): Promise<{ readonly device: GPUDevice; readonly errors: readonly string[] }> {
  const granted = await requestDevice();
  if (!granted.ok) throw new Error(granted.message);
  const { device, adapterInfo } = granted;
  const errors: string[] = [];
  device.addEventListener('uncapturederror', ({ error }) => errors.push(error.message));
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapterInfo));
  if (!(await tf.setBackend('webgpu'))) throw new Error('TensorFlow.js did not start its WebGPU backend.');
  return { device, errors };
}
