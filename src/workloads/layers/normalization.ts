import type { Tensor } from '../../kernels/tf.ts';
import { addPerRun, scalePerRun } from './dense.ts';
import { everyRun, type Layer, type Parameters, type Pass } from './pass.ts';

const EPSILON = 1e-5;

/** To mean 0 and variance 1 over some axes. */
function standardised(h: Tensor, axes: number[]): Tensor {
  const centred = h.sub(h.mean(axes, true));
  const variance = centred.square().mean(axes, true);
  return centred.mul(variance.add(EPSILON).rsqrt());
}

/**
 * (R * B, ..., n) -> the same, with a scale from 1 and an offset from 0 for each of the n channels.
 *
 * @param axes over which mean and variance are taken: the last one; all but the first in networks on images
 */
export function layerNorm(parameters: Parameters, name: string, n: number, axes: readonly number[] = [-1]): Layer {
  const scale = parameters.constant(`${name}.scale`, [n], 1);
  const offset = parameters.constant(`${name}.offset`, [n], 0);
  return (pass, h) => {
    const normal = standardised(h, [...axes]);
    return addPerRun(pass, scalePerRun(pass, everyRun(pass, normal), scale(pass)), offset(pass));
  };
}

/** Every channel of every image by itself, without parameters (Ulyanov et al., 2016, eq. 3): (N, H, W, C) -> the same. */
export const instanceNorm: Layer = (_pass, h) => standardised(h, [1, 2]);

/**
 * Over all axes but the last, run by run: (R * B, ..., n) -> the same. The statistics are those of the first `statisticsRows` examples of the
 * pass: of the whole batch in training; of training rows that are put in front of the rows in an evaluation. No running averages.
 *
 * @param scaleStart initial scale, 1 unless a variant says otherwise
 * @returns a layer that also takes which places are counted, 1 or 0: (R * B, ..., 1), everything but the last axis as in h
 */
export function batchNorm(
  parameters: Parameters,
  name: string,
  n: number,
  scaleStart = 1,
): (pass: Pass, h: Tensor, counted?: Tensor) => Tensor {
  const scale = parameters.constant(`${name}.scale`, [n], scaleStart);
  const offset = parameters.constant(`${name}.offset`, [n], 0);
  return (pass, h, counted) => {
    const { runs, batch, statisticsRows } = pass;
    const rows = h.reshape([runs, -1, n]);
    const perExample = (rows.shape[1] as number) / batch;
    const first = (all: Tensor): Tensor =>
      statisticsRows === batch ? all : all.slice([0, 0, 0], [runs, statisticsRows * perExample, all.shape[2] as number]);
    const measured = first(rows);
    const weights = counted === undefined ? null : first(counted.reshape([runs, -1, 1]));
    const average = (values: Tensor): Tensor =>
      weights === null ? values.mean(1, true) : values.mul(weights).sum(1, true).div(weights.sum(1, true));
    const mean = average(measured); // (R, 1, n)
    const variance = average(measured.sub(mean).square());
    const factor = variance
      .add(EPSILON)
      .rsqrt()
      .mul(scale(pass).reshape([runs, 1, n]));
    return rows
      .sub(mean)
      .mul(factor)
      .add(offset(pass).reshape([runs, 1, n]))
      .reshape(h.shape);
  };
}
