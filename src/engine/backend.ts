import { requestDevice } from '../kernels/gpu-device.ts';
import type { BackendId } from './config.ts';
import { RaceError } from './failure.ts';
import type { Runtime } from './runtime.ts';
import { openWasmRuntime } from './wasm-runtime.ts';

const REFUSED_ADVICE = 'Update the browser or its graphics driver, or remove backend=webgpu from the link to use WebAssembly.';

/**
 * Opens the backend a race runs on: WebGPU on a hardware adapter, else WebAssembly; `forced` overrides, then a software adapter is fine too.
 * `BackendInfo.reason` always says why. Throws `RaceError` when a forced WebGPU is not to be had.
 * @param wasmFolder folder of TensorFlow.js's `.wasm` files, with a trailing slash
 */
export async function openBackend(forced: BackendId | null, wasmFolder: string): Promise<Runtime> {
  if (forced === 'wasm') return openWasmRuntime(wasmFolder, 'forced by backend=wasm');
  const granted = await requestDevice();
  if (!granted.ok) {
    if (forced === null) return openWasmRuntime(wasmFolder, `no WebGPU: ${granted.message}`);
    throw new RaceError({
      kind: granted.failure === 'no-webgpu' ? 'no-webgpu' : 'adapter-refused',
      message: granted.message,
      advice: REFUSED_ADVICE,
      control: 'backend',
    });
  }
  if (forced === null && granted.isSoftware) {
    granted.device.destroy();
    return openWasmRuntime(wasmFolder, `no hardware adapter: ${granted.adapterName} computes in software, where WebAssembly is faster`);
  }
  // Loaded here only, so that Node and visitors without WebGPU never load TensorFlow.js's WebGPU backend.
  const { openWebGpuRuntime } = await import('./webgpu-runtime.ts');
  return openWebGpuRuntime(granted, forced === null ? 'hardware adapter' : 'forced by backend=webgpu');
}
