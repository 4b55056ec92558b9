import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { tfjsWasmFiles } from './scripts/vite/tfjs-wasm-files.ts';

export default defineConfig({
  // Relative, so that the build can be hosted under any path.
  base: './',
  plugins: [react(), tfjsWasmFiles()],
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    // The worker holds all of TensorFlow.js; the page does not wait for it.
    chunkSizeWarningLimit: 4000,
  },
  server: { host: '127.0.0.1' },
});
