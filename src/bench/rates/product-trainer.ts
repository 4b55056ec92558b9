import { requestDevice } from '../../kernels/gpu-device.ts';
import type { CompiledId } from '../contenders.ts';
import { hiddenProduct } from '../curves.ts';
import type { Trainer, TrainingCase } from '../trainer.ts';
import { LARGE_PRODUCT, type ProductShape } from './product-schedule.ts';
import { createWasmProduct } from './wasm-rates.ts';
import { createGpuProduct } from './webgpu-rates.ts';

/** A bare product in the place of a training step, so that it is measured between the steps it is compared with. */
export type ProductSteps = Pick<Trainer, 'place' | 'advance' | 'dispose'>;

async function openGpuProduct(shape: ProductShape, runs: number): Promise<ProductSteps> {
  const granted = await requestDevice();
  if (!granted.ok) throw new Error(granted.message);
  const product = await createGpuProduct(granted, shape, runs);
  return {
    place: granted.adapterName,
    async advance(count) {
      await product.repeat(count);
      return 0;
    },
    dispose: () => granted.device.destroy(),
  };
}

/** The large product of one run; throws where there is no such device. */
export async function openLargeProduct(of: CompiledId): Promise<ProductSteps> {
  if (of === 'compiled-webgpu') return openGpuProduct(LARGE_PRODUCT, 1);
  const repeat = await createWasmProduct(LARGE_PRODUCT);
  return {
    place: 'WASM',
    async advance(count) {
      repeat(count);
      return 0;
    },
    dispose() {},
  };
}

/** An MLP's hidden product. It has no loss. */
export async function openProductTrainer(on: TrainingCase): Promise<Trainer> {
  return { ...(await openGpuProduct(hiddenProduct(on.network), on.runs)), facts: null, losses: async () => [] };
}
