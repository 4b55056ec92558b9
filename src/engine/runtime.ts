import type { RunnerSpec } from '../kernels/optimizer-runner.ts';
import type { Tensor } from '../kernels/tf.ts';
import type { ParameterUpdater } from './eager/parameter-updater.ts';
import type { MemoryLimits } from './plan.ts';
import type { Failure } from './protocol.ts';
import type { BackendInfo } from './result.ts';

/** Progress of compiling kernels: done of total. */
export type CompileProgress = (done: number, total: number) => void;

/** The place where a race computes: an opened backend, its limits, and the optimizer updates it offers. */
export interface Runtime {
  readonly info: BackendInfo;
  readonly limits: MemoryLimits;
  /** Tensors of a run's row start at multiples of this. */
  readonly align: number;
  /** Optimizer state and update for some rows. `observeEvery`: steps between measurements of the distance moved. */
  createUpdater(spec: RunnerSpec, observeEvery: number, onProgress: CompileProgress): Promise<ParameterUpdater<Tensor>>;
  /** The failure that made the backend unusable, or null. Checked between steps. */
  readonly failure: Failure | null;
  /** Calls `listener` as soon as the backend fails, or at once if it has; returns how to stop that. */
  onFailure(listener: (failure: Failure) => void): () => void;
  dispose(): void;
}
