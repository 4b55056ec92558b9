import type { RowStatus, RunnerSamples } from '../../kernels/optimizer-runner.ts';

/** Where a step of one group spends its optimizer update: separate tfjs operations, or fused WGSL. */
export interface ParameterUpdater<Tensor> {
  /** Current parameters (R, n). Owned by the updater; valid until the next `update`. */
  readonly params: Tensor;
  /** Whether some row is evaluated at a point of its own. */
  readonly hasEvalPoint: boolean;
  /** The points to evaluate, (R, n). The caller disposes. */
  evalParams(): Tensor;
  /** Applies one optimizer step. `grads` (R, n), `objective` (R) and `loss` (R) stay the caller's. */
  update(grads: Tensor, objective: Tensor, loss: Tensor): void;
  readSamples(): Promise<RunnerSamples>;
  status(): Promise<readonly RowStatus[]>;
  dispose(): void;
}
