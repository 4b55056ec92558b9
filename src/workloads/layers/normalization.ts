import type { Tensor } from '../../kernels/tf.ts';
import { addPerRun, scalePerRun } from './dense.ts';
import { everyRun, type Layer, type Parameters, type Pass } from './pass.ts';

const EPSILON = 1e-5;

/** Over the last axis: (R * B, ..., n) -> the same. Scale starts at 1, offset at 0. */
export function layerNorm(parameters: Parameters, name: string, n: number): Layer {
  const scale = parameters.constant(`${name}.scale`, [n], 1);
  const offset = parameters.constant(`${name}.offset`, [n], 0);
  return (pass, h) => {
    const centred = h.sub(h.mean(-1, true));
    const variance = centred.square().mean(-1, true);
    const normal = centred.mul(variance.add(EPSILON).rsqrt());
    return addPerRun(pass, scalePerRun(pass, everyRun(pass, normal), scale(pass)), offset(pass));
  };
}

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
