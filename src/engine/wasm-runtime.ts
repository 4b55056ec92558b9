import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '../kernels/tf.ts';
import { installWasmMatMul } from '../kernels/wasm-matmul.ts';
import { opsUpdater } from './eager/ops-updater.ts';
import { DEFAULT_BINDING_BYTES, TOTAL_BUDGET_BYTES, WASM_GROUP_WORK } from './plan.ts';
import type { Runtime } from './runtime.ts';

/**
 * TensorFlow.js on WebAssembly. `folder` is where its `.wasm` files are, with a trailing slash: a URL in the browser, a path in Node.
 * One thread: the order of sums must not depend on the machine. Throws when WebAssembly cannot start.
 */
export async function openWasmRuntime(folder: string, reason: string): Promise<Runtime> {
  // Paths, threads and kernels can only be set before the backend has started; later races of the same worker reuse it.
  if (tf.findBackend('wasm') === null) {
    setWasmPaths(folder);
    setThreadsCount(1);
    installWasmMatMul();
  }
  const isSet = await tf.setBackend('wasm');
  if (!isSet || tf.getBackend() !== 'wasm') throw new Error('TensorFlow.js did not start its WebAssembly backend');
  const hasSimd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return {
    info: { id: 'wasm', adapter: `TensorFlow.js WASM${hasSimd ? ' SIMD' : ''}, 1 thread`, isSoftware: true, reason },
    limits: { backend: 'wasm', bindingBytes: 2 * DEFAULT_BINDING_BYTES, totalBytes: TOTAL_BUDGET_BYTES, groupWork: WASM_GROUP_WORK },
    align: 1,
    createUpdater: async (spec) => opsUpdater(spec),
    failure: null,
    // WebAssembly has no device to lose: its errors are thrown where they happen.
    onFailure: () => () => {},
    dispose() {
      // The backend is shared by all races of the worker.
    },
  };
}
