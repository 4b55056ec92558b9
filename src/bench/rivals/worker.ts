import { serveBench } from '../serve.ts';
import type { Trainer } from '../trainer.ts';

/** The build puts TensorFlow.js's files beside the folder of its scripts. */
const wasmFolder = new URL('../wasm/', self.location.href).href;

/** Libraries are loaded on demand, so that no worker holds two of them, and TensorFlow.js as it comes is not the one with our kernels. */
serveBench(self, async (contender, on): Promise<Trainer> => {
  switch (contender) {
    case 'compiled-webgpu':
    case 'compiled-wasm':
      return (await import('../compiled-trainer.ts')).openCompiledTrainer(on, contender);
    case 'product-webgpu':
      return (await import('../rates/product-trainer.ts')).openProductTrainer(on);
    case 'eager-webgpu':
      return (await import('./eager-trainer.ts')).openEagerTrainer(on, 'webgpu', wasmFolder);
    case 'eager-wasm':
      return (await import('./eager-trainer.ts')).openEagerTrainer(on, 'wasm', wasmFolder);
    case 'jax-webgpu':
      return (await import('./jax-trainer.ts')).openJaxTrainer(on, 'webgpu');
    case 'jax-wasm':
      return (await import('./jax-trainer.ts')).openJaxTrainer(on, 'wasm');
    case 'jax-wasm-turns':
      return (await import('./jax-trainer.ts')).openJaxTurns(on, 'wasm');
    case 'stock-webgpu':
      return (await import('./stock-trainer.ts')).openStockTrainer(on, 'webgpu', wasmFolder);
    case 'stock-wasm':
      return (await import('./stock-trainer.ts')).openStockTrainer(on, 'wasm', wasmFolder);
    default:
      return contender satisfies never;
  }
});
