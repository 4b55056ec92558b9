import { requestDevice } from '../kernels/gpu-device.ts';
import type { BackendId } from './config.ts';
import { RaceError } from './failure.ts';
import type { Runtime } from './runtime.ts';
import { pageThreads } from './threads/page-threads.ts';
import { openWasmRuntime } from './wasm-runtime.ts';

const REFUSED_ADVICE = 'Update the browser or its graphics driver, or remove backend=webgpu from the link to use WebAssembly.';

/**
 * Opens the backend a race runs on: WebGPU on a hardware adapter, else WebAssembly; `forced` overrides, then a software adapter is fine too.
 * `BackendInfo.reason` always says why. Throws `RaceError` when a forced WebGPU is not to be had, or WebAssembly lacks what is needed.
 */
export async function openBackend(forced: BackendId | null): Promise<Runtime> {
  if (forced === 'wasm') return openWasmRuntime('forced by backend=wasm', pageThreads());
  const granted = await requestDevice();
  if (!granted.ok) {
    if (forced === null) return openWasmRuntime(`no WebGPU: ${granted.message}`, pageThreads());
    throw new RaceError({
      kind: granted.failure === 'no-webgpu' ? 'no-webgpu' : 'adapter-refused',
      message: granted.message,
      advice: REFUSED_ADVICE,
      control: 'backend',
    });
  }
  if (forced === null && granted.isSoftware) {
    granted.device.destroy();
    const reason = `no hardware adapter: ${granted.adapterName} computes in software, where WebAssembly is faster`;
    return openWasmRuntime(reason, pageThreads());
  }
  // Loaded here only, so that Node and visitors without WebGPU never load the WGSL generator.
  const { openWebGpuRuntime } = await import('./webgpu-runtime.ts');
  return openWebGpuRuntime(granted, forced === null ? 'hardware adapter' : 'forced by backend=webgpu');
}
