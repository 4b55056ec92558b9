import type { Tensor } from '../../kernels/tf.ts';
import { addPerRun, scalePerRun } from './dense.ts';
import type { Layer, Parameters, Pass } from './pass.ts';

const EPSILON = 1e-5;

/** Over the last axis: (R * B, ..., n) -> the same. Scale starts at 1, offset at 0. */
export function layerNorm(parameters: Parameters, name: string, n: number): Layer {
  const scale = parameters.constant(`${name}.scale`, [n], 1);
  const offset = parameters.constant(`${name}.offset`, [n], 0);
  return (pass, h) => {
    const centred = h.sub(h.mean(-1, true));
    const variance = centred.square().mean(-1, true);
    const normal = centred.mul(variance.add(EPSILON).rsqrt());
    return addPerRun(pass, scalePerRun(pass, own(pass, normal), scale(pass)), offset(pass));
  };
}

/** What all runs share, once for every run. */
const own = ({ runs, batch }: Pass, h: Tensor): Tensor =>
  h.shape[0] === runs * batch ? h : h.tile([runs, ...h.shape.slice(1).map(() => 1)]);

/**
 * Over all axes but the last, run by run: (R * B, ..., n) -> the same. The statistics are those of the first `statisticsRows` examples of the
 * pass: of the whole batch in training; of training rows that are put in front of the rows in an evaluation. No running averages.
 *
 * @param scaleStart initial scale, 1 unless a variant says otherwise
 */
export function batchNorm(parameters: Parameters, name: string, n: number, scaleStart = 1): Layer {
  const scale = parameters.constant(`${name}.scale`, [n], scaleStart);
  const offset = parameters.constant(`${name}.offset`, [n], 0);
  return (pass, h) => {
    const { runs, batch, statisticsRows } = pass;
    const rows = h.reshape([runs, -1, n]);
    const perExample = (rows.shape[1] as number) / batch;
    const measured = statisticsRows === batch ? rows : rows.slice([0, 0, 0], [runs, statisticsRows * perExample, n]);
    const mean = measured.mean(1, true); // (R, 1, n)
    const variance = measured.sub(mean).square().mean(1, true);
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
