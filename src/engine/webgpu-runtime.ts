import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { FusedRunner } from '../kernels/fused/fused-runner.ts';
import type { GrantedDevice } from '../kernels/gpu-device.ts';
import { FUSED_ALIGN } from '../kernels/layout.ts';
import type { RunnerSpec } from '../kernels/optimizer-runner.ts';
import * as tf from '../kernels/tf.ts';
import { installConcat } from '../kernels/webgpu-concat.ts';
import { installMatMul } from '../kernels/webgpu-matmul.ts';
import { installShortReductions } from '../kernels/webgpu-reduce.ts';
import { SAMPLE_CAPACITY, TOTAL_BUDGET_BYTES } from './plan.ts';
import type { Failure } from './protocol.ts';
import type { CompileProgress, Runtime } from './runtime.ts';
import type { ParameterUpdater } from './train-step.ts';

/** What is used of TensorFlow.js's WebGPU backend beyond its public types; the casts live in this file only. */
interface BackendInternals {
  readonly tensorMap: { get(dataId: object): { readonly resource?: GPUBuffer } };
  readonly commandEncoder: GPUCommandEncoder | null;
  uploadToGPU(dataId: object): void;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

function bufferOf(backend: BackendInternals, tensor: tf.Tensor): GPUBuffer {
  backend.uploadToGPU(tensor.dataId);
  const buffer = backend.tensorMap.get(tensor.dataId).resource;
  if (buffer === undefined) throw new Error('a tensor of the training step is not on the GPU');
  return buffer;
}

/** Fused WGSL steps on the backend's own device, encoded behind the commands that computed the gradient. */
class FusedUpdater implements ParameterUpdater<tf.Tensor> {
  readonly #backend: BackendInternals;
  readonly #runner: FusedRunner;
  readonly #shape: [number, number];
  #params: tf.Tensor;

  constructor(backend: BackendInternals, runner: FusedRunner, shape: [number, number]) {
    this.#backend = backend;
    this.#runner = runner;
    this.#shape = shape;
    this.#params = this.#wrap();
  }

  get params(): tf.Tensor {
    return this.#params;
  }

  update(grads: tf.Tensor, objective: tf.Tensor, loss: tf.Tensor): void {
    const backend = this.#backend;
    const buffers = {
      grads: bufferOf(backend, grads),
      objective: bufferOf(backend, objective),
      loss: bufferOf(backend, loss),
    };
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    this.#runner.encode(backend.commandEncoder as GPUCommandEncoder, buffers);
    backend.submitQueue();
    // A tensor may cache its values on the host; the buffer has new ones now, so it gets a new tensor.
    this.#params.dispose();
    this.#params = this.#wrap();
  }

  readSamples(): ReturnType<FusedRunner['readSamples']> {
    return this.#runner.readSamples();
  }

  status(): ReturnType<FusedRunner['status']> {
    return this.#runner.status();
  }

  dispose(): void {
    this.#params.dispose();
    this.#runner.dispose();
  }

  #wrap(): tf.Tensor {
    return tf.keep(tf.tensor({ buffer: this.#runner.params, zeroCopy: true }, this.#shape, 'float32'));
  }
}

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
      const runner = await FusedRunner.create(device, spec, { observeEvery, sampleCapacity: SAMPLE_CAPACITY, onProgress });
      return new FusedUpdater(backend as unknown as BackendInternals, runner, [spec.rows.length, spec.layout.n]);
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
