import type * as tf from '../kernels/tf.ts';

/**
 * Why an optimizer stopped:
 * - loss: the loss was not finite; the step was not made
 * - method: the method has no step there (it says why in `reason`); the step was not made
 * - parameters: the step produced parameters that are not finite
 * - state: the parameters are finite, but what the method remembers between steps is not
 */
export type StopCause = 'loss' | 'method' | 'parameters' | 'state';

export interface OptimizerStatus {
  readonly isRunning: boolean;
  /** Steps made and not skipped by the method. */
  readonly k: number;
  /** Number of the step, counted from 1, at which the optimizer stopped; null while it is running. */
  readonly stoppedAt: number | null;
  readonly cause: StopCause | null;
  /** What happened and what to do, in words; null while the optimizer is running. */
  readonly reason: string | null;
  /** The method's scalars after the last step, e.g. Prodigy's d; lists where it has several under one name, or one per variable. */
  readonly scalars: Readonly<Record<string, number | readonly number[]>>;
}

/** An optimizer of Freestep: a `tf.Optimizer`, for `model.compile`, `minimize` and `applyGradients`. */
export interface FreestepOptimizer extends tf.Optimizer {
  /**
   * Learning rate of the next step: the hyperparameter lr times `schedule`. Setting it sets `schedule` to match. For a method without lr it is
   * `schedule`.
   */
  learningRate: number;
  /** Factor on the learning rate of the next step, 1 unless set: the value of a schedule. */
  schedule: number;
  /** How steps are made: 'fused' kernels on WebGPU, or TensorFlow.js 'operations' on another backend. Null before the first step. */
  readonly path: 'fused' | 'operations' | null;
  /** Whether the method is evaluated at another point than the one where it takes gradients. */
  readonly hasEvaluationPoint: boolean;
  /** Whether the variables hold the evaluation point. */
  readonly isEvaluating: boolean;
  /** Puts the evaluation point into the variables. Training is an error until `toTrain`. Nothing happens where the method has one point. */
  toEval(): void;
  /** Puts the point where gradients are taken back into the variables, bit for bit. */
  toTrain(): void;
  /** Makes the next step end with `toEval`: for callbacks of training loops. */
  evaluateAfterStep(): void;
  /** Waits for the steps made so far and says where the optimizer stands. */
  status(): Promise<OptimizerStatus>;
}

/** Makes an optimizer. Hyperparameters that are not given have the published defaults. */
export interface OptimizerFactory<Options> {
  (options?: Options): FreestepOptimizer;
  readonly id: string;
  /** Registers the class for loading saved models. Making an optimizer registers it too. */
  register(): void;
}

/** Callbacks for `model.fit` and `model.fitDataset`. */
export interface EvaluationPointCallback {
  onTrainBegin(): void;
  onEpochBegin(epoch: number): void;
  onBatchBegin(batch: number): void;
  onTrainEnd(): void;
}
