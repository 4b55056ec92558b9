import type { CompiledId, ContenderId } from './contenders.ts';
import type { DispatchCount, Rates } from './report.ts';
import type { Sample } from './sampling.ts';
import type { TrainerFacts, TrainingCase } from './trainer.ts';
import type { WorkloadSteps } from './workload-steps.ts';

/** What a training does with its device, whoever wrote it. */
export interface DeviceUse {
  /** Kernels launched per step on the GPU. */
  readonly dispatches: number;
  /** GPU buffers and memories of WebAssembly held, bytes. */
  readonly heldBytes: number;
}

/** What some steps came to. */
export interface CheckedSteps {
  /** Of every run, at the last step, before its update. */
  readonly losses: readonly number[];
  readonly use: DeviceUse;
}

/** What a page asks of a worker that holds one training. Answers come in the order of the questions. */
export type BenchRequest =
  | { readonly type: 'open'; readonly contender: ContenderId; readonly on: TrainingCase }
  | { readonly type: 'losses'; readonly steps: number }
  | { readonly type: 'sample'; readonly minMs: number }
  | { readonly type: 'advance'; readonly steps: number }
  | { readonly type: 'rates'; readonly of: CompiledId }
  | { readonly type: 'dispatches' }
  | { readonly type: 'workload'; readonly id: string; readonly runs: number; readonly of: CompiledId; readonly dataUrl: string }
  | { readonly type: 'close' };

export type BenchAnswer =
  | { readonly type: 'opened'; readonly place: string; readonly openMs: number; readonly facts: TrainerFacts | null }
  | ({ readonly type: 'losses' } & CheckedSteps)
  | { readonly type: 'sampled'; readonly sample: Sample }
  | { readonly type: 'advanced'; readonly heldBytes: number }
  | { readonly type: 'rated'; readonly rates: Rates }
  | { readonly type: 'counted'; readonly dispatches: readonly DispatchCount[] }
  | { readonly type: 'workloadMeasured'; readonly steps: WorkloadSteps }
  | { readonly type: 'closed' }
  | { readonly type: 'failed'; readonly message: string };
