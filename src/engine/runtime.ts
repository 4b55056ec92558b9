import type { RunnerSpec } from '../kernels/optimizer-runner.ts';
import type { LoadedData } from '../workloads/definition.ts';
import type { RunConfig } from './config.ts';
import type { CompilerFacts, NetworkPlan } from './network-plan.ts';
import type { MemoryLimits } from './plan.ts';
import type { CompileProgress } from './progress.ts';
import type { Failure } from './protocol.ts';
import type { BackendInfo } from './result.ts';
import type { TrainStep } from './train-step.ts';

/** What a group of runs in lockstep is made from. */
export interface StepSpec {
  /** Planned with the runtime's `compiler`. */
  readonly network: NetworkPlan;
  readonly data: LoadedData;
  /** One per row, R of them. */
  readonly runs: readonly RunConfig[];
  /** The rows' optimizers, and their parameters at the start. */
  readonly optimizer: RunnerSpec;
  readonly batch: number;
  /** Steps between measurements of the distance moved; a runtime may measure more often. */
  readonly observeEvery: number;
  readonly onProgress: CompileProgress;
}

/** The place where a race computes: an opened backend, its limits, and the training steps it compiles. */
export interface Runtime {
  readonly info: BackendInfo;
  readonly limits: MemoryLimits;
  /** Tensors of a run's row start at multiples of this. */
  readonly align: number;
  readonly compiler: CompilerFacts;
  /** Whether a device computes while the host goes on, so that more may be asked of it before it has answered. */
  readonly isDevice: boolean;
  /** Compiles a group's step and takes its memory. */
  createStep(spec: StepSpec): Promise<TrainStep>;
  /** The failure that made the backend unusable, or null. Checked between steps. */
  readonly failure: Failure | null;
  /** Calls `listener` as soon as the backend fails, or at once if it has; returns how to stop that. */
  onFailure(listener: (failure: Failure) => void): () => void;
  dispose(): void;
}
