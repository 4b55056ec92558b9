import type { StepRates } from '../kernels/fused/step-runner.ts';
import type { ParamLayout } from '../kernels/layout.ts';
import type { RowState, RowStatus } from '../kernels/optimizer-runner.ts';
import type * as tf from '../kernels/tf.ts';

/** Where a method stands: its status and its scalars, S * k values each. */
export type StepperStatus = RowStatus & Pick<RowState, 'scalars'>;

/**
 * Steps the values of a fixed list of variables. Tensors that it returns, one per variable and of its shape, are new ones and the caller's;
 * tensors that it is given stay the caller's.
 */
export interface VariableStepper {
  readonly path: 'fused' | 'operations';
  /** Where the variables lie in the slots of `state`. */
  readonly layout: ParamLayout;
  /** Rejects where steps turn out to be impossible after all. */
  readonly verdict: Promise<void>;
  /** Takes the variables' values for the parameters; only those at the given indices differ from the current ones. */
  load(variables: readonly tf.Tensor[], changed: readonly number[]): void;
  /** One step with the gradients at the parameters, and the loss for methods that read it; the new parameters. */
  step(gradients: readonly tf.Tensor[], loss: tf.Tensor | null, rates: StepRates): readonly tf.Tensor[];
  params(): readonly tf.Tensor[];
  /** The point to evaluate; the parameters where the method has none of its own. */
  evalPoint(): readonly tf.Tensor[];
  status(): Promise<StepperStatus>;
  state(): Promise<RowState>;
  /** Continues from a state; the parameters stay as they are. */
  restore(state: RowState): void;
  dispose(): void;
}
