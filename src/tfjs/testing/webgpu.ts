import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { requestDevice } from '../../kernels/gpu-device.ts';
import * as tf from '../../kernels/tf.ts';

/** TensorFlow.js's WebGPU backend set as the current one, on a device whose uncaptured errors `takeErrors` gives, each once. */
export async function openWebGpu(): Promise<{ readonly device: GPUDevice; readonly takeErrors: () => readonly string[] }> {
  const granted = await requestDevice();
  if (!granted.ok) throw new Error(granted.message);
  const { device, adapterInfo } = granted;
  const errors: string[] = [];
  device.addEventListener('uncapturederror', ({ error }) => errors.push(error.message));
  // The package has registered one that would ask for a device of its own.
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapterInfo));
  if (!(await tf.setBackend('webgpu'))) throw new Error('TensorFlow.js did not start its WebGPU backend.');
  return { device, takeErrors: () => errors.splice(0) };
}
