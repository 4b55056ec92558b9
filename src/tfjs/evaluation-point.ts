import type { EvaluationPointCallback, FreestepOptimizer } from './api.ts';

/** What TensorFlow.js tells a callback about the fit it belongs to; all are missing where it does not know. */
interface FitParams {
  readonly samples?: number | null;
  readonly batchSize?: number | null;
  readonly steps?: number | null;
}

/** Batches of an epoch, or null where that is not known before it has passed. */
function batchesPerEpoch({ samples, batchSize, steps }: FitParams): number | null {
  if (typeof steps === 'number') return steps;
  return typeof samples === 'number' && typeof batchSize === 'number' ? Math.ceil(samples / batchSize) : null;
}

/**
 * For the `callbacks` of `model.fit` and `model.fitDataset`: validation, `onEpochEnd` callbacks and the model after training see the evaluation
 * point, and training goes on where it was. TensorFlow.js validates before it tells any callback that the last batch has passed, so the
 * optimizer is told, before that batch, to end its step at the evaluation point. Where the number of batches is not known, every step ends
 * there. Does nothing for methods with one point.
 */
export function evaluationPoint(optimizer: FreestepOptimizer): EvaluationPointCallback {
  // A callback made of functions is not given the parameters of the fit; the object that it is called on has them.
  return {
    onTrainBegin() {
      optimizer.toTrain();
    },
    onEpochBegin() {
      optimizer.toTrain();
    },
    onBatchBegin(this: { readonly params?: FitParams } | undefined, batch: number) {
      optimizer.toTrain();
      const batches = batchesPerEpoch(this?.params ?? {});
      if (batches === null || batch === batches - 1) optimizer.evaluateAfterStep();
    },
    onTrainEnd() {
      optimizer.toEval();
    },
  };
}
