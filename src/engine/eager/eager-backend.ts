import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { RunnerSpec } from '../../kernels/optimizer-runner.ts';
import * as tf from '../../kernels/tf.ts';
import type { BackendId } from '../config.ts';
import type { ParameterUpdater } from './parameter-updater.ts';

/** A TensorFlow.js backend with its own kernels, and the optimizer updates that go with it. */
export interface EagerBackend {
  /** Name of the adapter, or of the instruction set and number of threads. */
  readonly place: string;
  /** Tensors of a run's row start at multiples of this. */
  readonly align: number;
  createUpdater(spec: RunnerSpec, observeEvery: number): Promise<ParameterUpdater<tf.Tensor>>;
  dispose(): void;
}

async function openWasm(wasmFolder: string): Promise<EagerBackend> {
  // Paths and threads can only be set before the backend has started.
  if (tf.findBackend('wasm') === null) {
    setWasmPaths(wasmFolder);
    setThreadsCount(1);
  }
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js did not start its WebAssembly backend.');
  const { opsUpdater } = await import('./ops-updater.ts');
  return { place: 'WASM SIMD, 1 thread', align: 1, createUpdater: async (spec) => opsUpdater(spec), dispose: () => {} };
}

async function openWebGpu(): Promise<EagerBackend> {
  // Loaded here only: Node has no WebGPU.
  const [{ WebGPUBackend }, { requestDevice }, { createFusedUpdater }, { FUSED_ALIGN }] = await Promise.all([
    import('@tensorflow/tfjs-backend-webgpu'),
    import('../../kernels/gpu-device.ts'),
    import('./fused-updater.ts'),
    import('../../kernels/layout.ts'),
  ]);
  const granted = await requestDevice();
  if (!granted.ok) throw new Error(granted.message);
  // Small tensors would otherwise be computed on the CPU, where sums have another order.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  if (tf.findBackendFactory('webgpu') !== null) tf.removeBackend('webgpu');
  const backend = new WebGPUBackend(granted.device, granted.adapterInfo);
  tf.registerBackend('webgpu', () => backend);
  if (!(await tf.setBackend('webgpu'))) throw new Error('TensorFlow.js did not start its WebGPU backend.');
  return {
    place: granted.adapterName,
    align: FUSED_ALIGN,
    createUpdater: (spec, observeEvery) => createFusedUpdater(backend, spec, { observeEvery }),
    dispose() {
      tf.removeBackend('webgpu');
      granted.device.destroy();
    },
  };
}

/**
 * Opens one of TensorFlow.js's backends for training steps made of its operations: an oracle for tests and a rival in measurements.
 * @param wasmFolder where its `.wasm` files are, with a trailing slash: a URL in the browser, a path in Node
 */
export function openEagerBackend(id: BackendId, wasmFolder: string): Promise<EagerBackend> {
  return id === 'wasm' ? openWasm(wasmFolder) : openWebGpu();
}
