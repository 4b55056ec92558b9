/** Without an adapter the GPU tests would test nothing, so its absence is a failure of every test file. */
const adapter = navigator.gpu ? await navigator.gpu.requestAdapter() : null;
if (!adapter)
  throw new Error('This browser offers no WebGPU adapter. See the flags in scripts/chromium.mjs; CHROMIUM names another browser.');

export {};
