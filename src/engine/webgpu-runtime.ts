import { GPU_POLICY, SOFTWARE_GPU_POLICY } from '../kernels/compiler/schedule/policies.ts';
import type { AdapterClass } from '../kernels/compiler/wgsl/adapter-class.ts';
import { REGION_ALIGN } from '../kernels/compiler/wgsl/regions.ts';
import type { GrantedDevice } from '../kernels/gpu-device.ts';
import { FUSED_ALIGN } from '../kernels/layout.ts';
import { GpuStep } from './gpu-step.ts';
import type { CompilerFacts } from './network-plan.ts';
import { TOTAL_BUDGET_BYTES } from './plan.ts';
import type { Failure } from './protocol.ts';
import type { Runtime } from './runtime.ts';

/** What the WGSL generator wants of a plan. */
export const gpuCompiler = (adapter: AdapterClass): CompilerFacts => ({
  policy: adapter === 'software' ? SOFTWARE_GPU_POLICY : GPU_POLICY,
  alignment: REGION_ALIGN,
  sortsLookups: true,
  factorsSums: true,
});

/** Compiled WGSL on a WebGPU device. Takes over the device. */
export function openWebGpuRuntime(granted: GrantedDevice, reason: string): Runtime {
  const { device, adapterName, isSoftware } = granted;
  const adapter: AdapterClass = isSoftware ? 'software' : 'hardware';
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
      arenas: 'per run',
    },
    align: FUSED_ALIGN,
    compiler: gpuCompiler(adapter),
    isDevice: true,
    createStep: (spec) => GpuStep.create(device, adapter, spec),
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
      device.destroy();
    },
  };
}
