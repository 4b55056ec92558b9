import type { ParamLayout } from '../../kernels/layout.ts';
import * as tf from '../../kernels/tf.ts';

/** Splits flat parameters (R, n) into the model's tensors (R, ...shape). Differentiable; the gradient of split is concat. */
export function splitParameters(params: tf.Tensor, layout: ParamLayout): tf.Tensor[] {
  const rows = params.shape[0] as number;
  const pieces = tf.split(
    params,
    layout.tensors.map(({ paddedSize }) => paddedSize),
    1,
  );
  return layout.tensors.map(({ shape, size, paddedSize }, index) => {
    const piece = pieces[index] as tf.Tensor;
    const real = size === paddedSize ? piece : piece.slice([0, 0], [rows, size]);
    return real.reshape([rows, ...shape]);
  });
}
