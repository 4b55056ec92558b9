/** Everything that is measured: Freestep's own training steps, and other libraries (which the product itself never loads). */
export const OWN = ['compiled-webgpu', 'compiled-wasm', 'eager-webgpu', 'eager-wasm'] as const;
export const OTHERS = ['jax-webgpu', 'jax-wasm', 'jax-wasm-turns', 'stock-webgpu', 'stock-wasm'] as const;
export type OwnId = (typeof OWN)[number];
export type OtherId = (typeof OTHERS)[number];
export type ContenderId = OwnId | OtherId;

export interface Contender {
  readonly label: string;
  readonly usesGpu: boolean;
  /** Uses threads where the page is cross-origin isolated, which is not always faster: measured with and without. */
  readonly mayUseThreads: boolean;
}

export const CONTENDERS: Readonly<Record<ContenderId, Contender>> = {
  'compiled-webgpu': { label: 'Freestep, compiled to WGSL', usesGpu: true, mayUseThreads: false },
  'compiled-wasm': { label: 'Freestep, compiled to WASM', usesGpu: false, mayUseThreads: true },
  'eager-webgpu': { label: 'Freestep, tfjs operations, WebGPU', usesGpu: true, mayUseThreads: false },
  'eager-wasm': { label: 'Freestep, tfjs operations, WASM', usesGpu: false, mayUseThreads: false },
  'jax-webgpu': { label: 'jax-js jit (vmap), WebGPU', usesGpu: true, mayUseThreads: false },
  'jax-wasm': { label: 'jax-js jit (vmap), WASM', usesGpu: false, mayUseThreads: true },
  'jax-wasm-turns': { label: 'jax-js jit, runs in turn, WASM', usesGpu: false, mayUseThreads: true },
  'stock-webgpu': { label: 'TensorFlow.js, runs in turn, WebGPU', usesGpu: true, mayUseThreads: false },
  'stock-wasm': { label: 'TensorFlow.js, runs in turn, WASM', usesGpu: false, mayUseThreads: true },
};
