import { type ParamLayout, planLayout, type TensorSpec } from '../kernels/layout.ts';
import { OpsStepper } from '../kernels/ops-stepper.ts';
import type { OpenRow } from '../kernels/optimizer-runner.ts';
import * as tf from '../kernels/tf.ts';
import type { VariableStepper } from './variable-stepper.ts';

/** One tensor of all, (1, n): the concat of a step. */
function joined(tensors: readonly tf.Tensor[]): tf.Tensor {
  return tf.tidy(() =>
    tf.concat(
      tensors.map((tensor) => tf.reshape(tensor, [1, tensor.size])),
      1,
    ),
  );
}

/** The tensors of a flat (1, n): the split of a step. */
function separated(flat: tf.Tensor, { tensors }: ParamLayout): tf.Tensor[] {
  return tf.tidy(() => {
    const pieces = tf.split(
      flat,
      tensors.map(({ size }) => size),
      1,
    );
    return tensors.map(({ shape }, index) => tf.reshape(pieces[index] as tf.Tensor, [...shape]));
  });
}

/** Steps variables with TensorFlow.js operations on the current backend. */
export function operationsStepper(row: OpenRow, specs: readonly TensorSpec[], variables: readonly tf.Tensor[]): VariableStepper {
  const layout = planLayout(specs, 1);
  const x0 = joined(variables);
  const stepper = new OpsStepper(row, layout, x0);
  x0.dispose();
  return {
    path: 'operations',
    layout,
    verdict: Promise.resolve(),
    load(values) {
      const x = joined(values);
      stepper.setParams(x);
      x.dispose();
    },
    step(gradients, loss, rates) {
      tf.tidy(() => stepper.step(joined(gradients), loss ?? tf.zeros([1]), rates));
      return separated(stepper.params, layout);
    },
    params: () => separated(stepper.params, layout),
    evalPoint: () => tf.tidy(() => separated(stepper.evalPoint(), layout)),
    status: () => stepper.status(),
    state: () => stepper.state(),
    restore: (state) => stepper.restore(state),
    dispose: () => stepper.dispose(),
  };
}
