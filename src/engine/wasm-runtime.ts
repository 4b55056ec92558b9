import { WASM_POLICY } from '../kernels/compiler/schedule/policies.ts';
import { ALIGNMENT_BYTES } from '../kernels/compiler/wasm/generate.ts';
import { RaceError } from './failure.ts';
import { TOTAL_BUDGET_BYTES } from './plan.ts';
import type { Runtime } from './runtime.ts';
import type { Threads } from './threads/threads.ts';
import { WasmStep } from './wasm-step.ts';

/** A module whose only function makes a vector: it is valid where WebAssembly has SIMD. */
const SIMD_PROBE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  // One type, () -> v128, and one function of it.
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00],
  // i32.const 0; i8x16.splat
  ...[0x0a, 0x08, 0x01, 0x06, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0x0b],
);

/** Whether WebAssembly is there, with 128-bit SIMD. */
export function hasWasmSimd(): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(SIMD_PROBE);
}

/** About what a processor core keeps in its second-level cache. */
const CACHE_BYTES = 1024 ** 2;

/**
 * Compiled WebAssembly, in Node and in browsers. `threads`: helpers for races that are worth them, or null for one thread.
 * Throws `RaceError` where WebAssembly has no SIMD.
 */
export function openWasmRuntime(reason: string, threads: Threads | null): Runtime {
  if (!hasWasmSimd()) {
    throw new RaceError({
      kind: 'no-simd',
      message: 'This browser has no WebAssembly with SIMD instructions, which training on the processor needs.',
      advice: 'Use Chrome or Edge 91, Firefox 89, Safari 16.4 or newer.',
      control: 'backend',
    });
  }
  const count = threads?.count ?? 1;
  return {
    info: { id: 'wasm', adapter: `Freestep WASM SIMD, ${count === 1 ? '1 thread' : `up to ${count} threads`}`, isSoftware: true, reason },
    limits: { backend: 'wasm', bindingBytes: TOTAL_BUDGET_BYTES, totalBytes: TOTAL_BUDGET_BYTES, arenas: count },
    align: 1,
    compiler: { policy: WASM_POLICY, alignment: ALIGNMENT_BYTES / Float32Array.BYTES_PER_ELEMENT, cacheBytes: CACHE_BYTES },
    isDevice: false,
    createStep: (spec) => WasmStep.create(spec, threads),
    failure: null,
    // WebAssembly has no device to lose: its errors are thrown where they happen.
    onFailure: () => () => {},
    dispose: () => threads?.dispose(),
  };
}
