import type { OwnId } from './contenders.ts';
import { openEagerTrainer } from './eager-trainer.ts';
import type { Trainer, TrainingCase } from './trainer.ts';

/** Opens a training with one of Freestep's own steps. */
export async function openOwnTrainer(contender: OwnId, on: TrainingCase, wasmFolder: string): Promise<Trainer> {
  switch (contender) {
    case 'eager-webgpu':
      return openEagerTrainer(on, 'webgpu', wasmFolder);
    case 'eager-wasm':
      return openEagerTrainer(on, 'wasm', wasmFolder);
    default:
      throw new Error(`${contender} is not there`);
  }
}
