import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { GrantedDevice } from '../kernels/gpu-device.ts';
import { FUSED_ALIGN } from '../kernels/layout.ts';
import type { RunnerSpec } from '../kernels/optimizer-runner.ts';
import * as tf from '../kernels/tf.ts';
import { installConcat } from '../kernels/webgpu-concat.ts';
import { installMatMul } from '../kernels/webgpu-matmul.ts';
import { installShortReductions } from '../kernels/webgpu-reduce.ts';
import { createFusedUpdater } from './eager/fused-updater.ts';
import { SAMPLE_CAPACITY, TOTAL_BUDGET_BYTES } from './plan.ts';
import type { Failure } from './protocol.ts';
import type { CompileProgress, Runtime } from './runtime.ts';

/** TensorFlow.js on our own WebGPU device, with fused optimizer steps. Takes over the device. */
export async function openWebGpuRuntime(granted: GrantedDevice, reason: string): Promise<Runtime> {
  const { device, adapterInfo, adapterName, isSoftware } = granted;
  installMatMul(isSoftware ? 8 : 4);
  installShortReductions();
  installConcat();
  // Small tensors would otherwise be computed on the CPU, where sums have another order.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  if (tf.findBackendFactory('webgpu') !== null) tf.removeBackend('webgpu');
  const backend = new WebGPUBackend(device, adapterInfo);
  tf.registerBackend('webgpu', () => backend);
  const isSet = await tf.setBackend('webgpu');
  if (!isSet || tf.getBackend() !== 'webgpu') throw new Error('TensorFlow.js did not start its WebGPU backend');

  let failure: Failure | null = null;
  let isDisposed = false;
  const listeners = new Set<(failure: Failure) => void>();
  const fail = (next: Failure): void => {
    if (failure !== null || isDisposed) return;
    failure = next;
    for (const listener of listeners) listener(next);
  };
  void device.lost.then(({ message }) =>
    fail({
      kind: 'device-lost',
      message: `The GPU was lost in mid-run${message === '' ? '.' : `: ${message}`}`,
      advice: 'What was measured is kept. Start the race again; if it keeps happening, use a smaller width or backend=wasm.',
      control: null,
    }),
  );
  device.addEventListener('uncapturederror', ({ error }) =>
    fail({
      kind: 'gpu-error',
      message: `The GPU reported an error, so the results from here on would be wrong: ${error.message}`,
      advice: 'What was measured is kept. Start the race again, or add backend=wasm to the link.',
      control: null,
    }),
  );

  return {
    info: { id: 'webgpu', adapter: adapterName, isSoftware, reason },
    limits: {
      backend: 'webgpu',
      bindingBytes: Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize),
      totalBytes: TOTAL_BUDGET_BYTES,
      groupWork: Number.POSITIVE_INFINITY,
    },
    align: FUSED_ALIGN,
    async createUpdater(spec: RunnerSpec, observeEvery: number, onProgress: CompileProgress) {
      return createFusedUpdater(backend, spec, { observeEvery, sampleCapacity: SAMPLE_CAPACITY, onProgress });
    },
    get failure() {
      return failure;
    },
    onFailure(listener) {
      listeners.add(listener);
      if (failure !== null) listener(failure);
      return () => listeners.delete(listener);
    },
    dispose() {
      isDisposed = true;
      listeners.clear();
      tf.removeBackend('webgpu');
      device.destroy();
    },
  };
}
