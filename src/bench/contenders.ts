/** What the page's races are trained with. */
export const COMPILED = ['compiled-webgpu', 'compiled-wasm'] as const;
/** What they are held against, which the page itself never loads. */
export const RIVALS = ['eager-webgpu', 'eager-wasm', 'jax-webgpu', 'jax-wasm', 'jax-wasm-turns', 'stock-webgpu', 'stock-wasm'] as const;
export type CompiledId = (typeof COMPILED)[number];
/** No training, but an MLP's hidden product of all runs and nothing else: what the WGSL steps are held against. */
export const PRODUCT = 'product-webgpu';
export type ContenderId = CompiledId | (typeof RIVALS)[number] | typeof PRODUCT;

export interface Contender {
  readonly label: string;
  readonly usesGpu: boolean;
  /** Uses threads where the page is cross-origin isolated, which is not always faster: measured with and without. */
  readonly mayUseThreads: boolean;
}

export const CONTENDERS: Readonly<Record<ContenderId, Contender>> = {
  [PRODUCT]: { label: 'bare hidden product, WGSL', usesGpu: true, mayUseThreads: false },
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
