import type { OwnId } from './contenders.ts';
import type { Trainer, TrainingCase } from './trainer.ts';

/** Opens a training with one of Freestep's own steps. */
export async function openOwnTrainer(contender: OwnId, on: TrainingCase, wasmFolder: string): Promise<Trainer> {
  switch (contender) {
    case 'compiled-webgpu':
      return (await import('./compiled-trainer.ts')).openCompiledTrainer(on, 'webgpu');
    case 'compiled-wasm':
      return (await import('./compiled-trainer.ts')).openCompiledTrainer(on, 'wasm');
    case 'eager-webgpu':
      return (await import('./eager-trainer.ts')).openEagerTrainer(on, 'webgpu', wasmFolder);
    case 'eager-wasm':
      return (await import('./eager-trainer.ts')).openEagerTrainer(on, 'wasm', wasmFolder);
    default:
      return contender satisfies never;
  }
}
