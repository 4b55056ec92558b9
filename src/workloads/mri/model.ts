import type { Tensor } from '../../kernels/tf.ts';
import * as tf from '../../kernels/tf.ts';
import type { Batch, Network } from '../definition.ts';
import { dense } from '../layers/dense.ts';
import { everyRun, Parameters, type Pass } from '../layers/pass.ts';
import { validationColumns } from './columns.ts';
import { randomColumns, zeroFilled } from './undersampling.ts';
import { type UnetOptions, unet } from './unet.ts';

/** A network that reconstructs slices from some columns of their k-space. See `mri.ts`. */
export function mriModel(options: UnetOptions): Network {
  const parameters = new Parameters();
  const columnsSite = parameters.site();
  const body = unet(parameters, 1, options);
  const head = dense(parameters, 'head', options.width, 1);

  /** The slices of a batch, once for every run: (R * B, side, side). */
  const slicesOf = ({ tensors }: Batch, runs: number): Tensor => {
    const x = tensors.x as Tensor; // (1 or R, B, side, side)
    const [lead, rows, side] = x.shape as [number, number, number];
    return everyRun({ runs, batch: rows }, x.reshape([lead * rows, side, side]));
  };

  /** In units of the input's standard deviation from the input's mean, slice by slice; no parameter changes these. */
  const reconstruct = (pass: Pass, slices: Tensor, measured: Tensor) => {
    const seen = zeroFilled(slices, measured);
    const mean = seen.mean([1, 2], true); // (R * B, 1, 1)
    const deviation = seen.sub(mean).square().mean([1, 2], true).sqrt();
    const normalized = (h: Tensor): Tensor => h.sub(mean).div(deviation);
    const output = head(pass, body(pass, normalized(seen).expandDims(3))).squeeze([3]); // (R * B, side, side)
    const errors = output.sub(normalized(slices)).abs();
    return { errors, pixels: output.mul(deviation).add(mean) };
  };

  return {
    parameters: parameters.specs,
    trainLoss(params, batch, reg) {
      const runs = params[0]?.shape[0] as number;
      const slices = slicesOf(batch, runs);
      const [images, side] = slices.shape as [number, number];
      const examples = images / runs;
      const measured = randomColumns(reg.uniform(columnsSite, [examples * side]).reshape([images, side]));
      const { errors } = reconstruct({ params, runs, batch: examples, reg, statisticsRows: examples }, slices, measured);
      const loss = errors.reshape([runs, -1]).mean(1);
      return { objective: loss, loss };
    },
    predict(params, batch) {
      const runs = params[0]?.shape[0] as number;
      const slices = slicesOf(batch, runs);
      const [images, side] = slices.shape as [number, number];
      const rows = images / runs;
      const measured = tf.tensor2d(validationColumns(side), [1, side]);
      const { errors, pixels } = reconstruct({ params, runs, batch: rows, reg: null, statisticsRows: rows }, slices, measured);
      return errors
        .mean([1, 2])
        .reshape([runs, rows, 1])
        .concat(pixels.reshape([runs, rows, side * side]), 2);
    },
  };
}
