import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Folder of TensorFlow.js's `.wasm` files among the installed packages, with a trailing slash (Node only). */
export function installedWasmFolder(): string {
  const require = createRequire(import.meta.url);
  return `${join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist')}/`;
}
