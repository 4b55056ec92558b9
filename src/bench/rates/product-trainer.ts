import { requestDevice } from '../../kernels/gpu-device.ts';
import { hiddenProduct } from '../curves.ts';
import type { Trainer, TrainingCase } from '../trainer.ts';
import { createGpuProduct } from './webgpu-rates.ts';

/** An MLP's hidden product in the place of a training step, so that it is measured between the steps it is compared with. It has no loss. */
export async function openProductTrainer(on: TrainingCase): Promise<Trainer> {
  const granted = await requestDevice();
  if (!granted.ok) throw new Error(granted.message);
  const product = await createGpuProduct(granted, hiddenProduct(on.network), on.runs);
  return {
    place: granted.adapterName,
    facts: null,
    async advance(count) {
      await product.repeat(count);
      return 0;
    },
    losses: async () => [],
    dispose: () => granted.device.destroy(),
  };
}
