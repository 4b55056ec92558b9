import { OpsRunner } from '../../kernels/ops-runner.ts';
import { hasEvalPoint, type RunnerSpec } from '../../kernels/optimizer-runner.ts';
import type * as tf from '../../kernels/tf.ts';
import type { ParameterUpdater } from './parameter-updater.ts';

/** Optimizer steps made of TensorFlow.js operations on the current backend. */
export function opsUpdater(spec: RunnerSpec): ParameterUpdater<tf.Tensor> {
  const runner = new OpsRunner(spec);
  return {
    get params() {
      return runner.params;
    },
    hasEvalPoint: hasEvalPoint(spec.rows),
    evalParams: () => runner.evalParams(),
    update: (grads, objective, loss) => runner.step(grads, objective, loss),
    readSamples: () => runner.readSamples(),
    status: async () => runner.status(),
    dispose: () => runner.dispose(),
  };
}
