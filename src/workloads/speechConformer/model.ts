import type { Tensor } from '../../kernels/tf.ts';
import * as tf from '../../kernels/tf.ts';
import type { Network } from '../definition.ts';
import { ACTIVATIONS } from '../layers/activations.ts';
import { attention, MASKED } from '../layers/attention.ts';
import { depthwiseOverTime } from '../layers/convolution.ts';
import { dense } from '../layers/dense.ts';
import { dropout } from '../layers/dropout.ts';
import { batchNorm, layerNorm } from '../layers/normalization.ts';
import { everyRun, type Layer, Parameters, type Pass } from '../layers/pass.ts';
import { ctcNetwork } from '../speech/ctc-network.ts';
import { SPEECH } from '../speech/data.ts';
import { augmentation, DECODED_TIME, RELU, subsampling, within } from '../speech/front-end.ts';
import { SUBSAMPLING } from '../speech/report.ts';

export interface ConformerOptions {
  readonly width: number;
  readonly depth: number;
  readonly variant: string;
  /** Training rows that batch normalization takes its statistics from in an evaluation. */
  readonly calibrationRows: number;
}

/** As many heads as divide the width. */
const HEADS = [4, 3, 2, 1] as const;
const EXPANSION = 2;
const KERNEL = 5;

/** What the parts of a block need besides their input: which frames are there. */
interface Frames {
  /** 1 or 0, (R * B, T, 1). */
  readonly isThere: Tensor;
  /** 0 or a large negative number, (R * B, 1, 1, T). */
  readonly mask: Tensor;
}

/** h (R * B, T, width) -> the same. */
type Module = (pass: Pass, h: Tensor, frames: Frames) => Tensor;

/** See `speechConformer.ts`. */
export function conformerModel({ width, depth, variant, calibrationRows }: ConformerOptions): Network {
  const parameters = new Parameters();
  const heads = HEADS.find((count) => width % count === 0) ?? 1;
  const activate = ACTIVATIONS[variant === 'gelu' ? 'gelu' : 'silu'];
  const temperature = variant === 'attentionTemperature' ? 1.6 : 1;

  /** Layer normalization, a wider layer and back. */
  const feedForward = (name: string): Module => {
    const norm = layerNorm(parameters, `${name}.norm`, width);
    const up = dense(parameters, `${name}.up`, width, EXPANSION * width);
    const down = dense(parameters, `${name}.down`, EXPANSION * width, width);
    const drop = dropout(parameters);
    return (pass, h) => drop(pass, down(pass, activate(up(pass, norm(pass, h)))));
  };

  const selfAttention = (name: string): Module => {
    const norm = layerNorm(parameters, `${name}.norm`, width);
    const { query, key, value, mix } = attention(parameters, name, { width, heads });
    const drop = dropout(parameters);
    return (pass, h, { mask }) => {
      const normal = norm(pass, h);
      return drop(pass, mix(pass, query(pass, normal), key(pass, normal), value(pass, normal).mul(temperature), mask));
    };
  };

  /** Gated linear units, a filter over time for each channel, batch normalization over the frames that are there. */
  const convolutionModule = (name: string): Module => {
    const norm = layerNorm(parameters, `${name}.norm`, width);
    const content = dense(parameters, `${name}.content`, width, width);
    const gate = dense(parameters, `${name}.gate`, width, width);
    const overTime = depthwiseOverTime(parameters, `${name}.time`, KERNEL, width);
    const between = batchNorm(parameters, `${name}.batchNorm`, width);
    const out = dense(parameters, `${name}.out`, width, width);
    const drop = dropout(parameters);
    return (pass, h, { isThere }) => {
      const normal = norm(pass, h);
      const gated = content(pass, normal).mul(gate(pass, normal).sigmoid()).mul(isThere);
      return drop(pass, out(pass, activate(between(pass, overTime(pass, gated), isThere))));
    };
  };

  const block = (name: string): Module => {
    const before = feedForward(`${name}.before`);
    const attend = selfAttention(`${name}.attention`);
    const convolve = convolutionModule(`${name}.convolution`);
    const after = feedForward(`${name}.after`);
    const norm: Layer = variant === 'layernorm' ? (_, h) => h : layerNorm(parameters, `${name}.norm`, width);
    return (pass, h, frames) => {
      const first = h.add(before(pass, h, frames).mul(0.5));
      const second = first.add(attend(pass, first, frames));
      const third = second.add(convolve(pass, second, frames));
      return norm(pass, third.add(after(pass, third, frames).mul(0.5)));
    };
  };

  const augment = augmentation(parameters, { frequencyMasks: 2, timeMasks: 2 });
  const subsample = subsampling(parameters, Math.ceil(width / 4), width, RELU);
  const drop = dropout(parameters, 'auxDropout');
  const blocks = Array.from({ length: depth }, (_, index) => block(`block${index}`));
  const norm = layerNorm(parameters, 'norm', width);
  const head = dense(parameters, 'head', width, SPEECH.classes);

  return ctcNetwork(
    parameters,
    (pass, x, frames) => {
      const isThere = within(everyRun(pass, frames), SUBSAMPLING);
      const given: Frames = {
        isThere: isThere.expandDims(2),
        mask: isThere.sub(1).mul(-MASKED).reshape([-1, 1, 1, DECODED_TIME]),
      };
      const start = drop(pass, subsample(pass, augment(pass, x, frames), frames).add(positions(width)));
      return head(
        pass,
        norm(
          pass,
          blocks.reduce((h, run) => run(pass, h, given), start),
        ),
      );
    },
    calibrationRows,
  );
}

/** Sines and cosines of geometric wave lengths (Vaswani et al., 2017, section 3.5), sines first: (T, width). */
function positions(width: number): Tensor {
  const waves = width >> 1;
  const rows = Array.from({ length: DECODED_TIME }, (_, t) => {
    const angles = Array.from({ length: waves }, (_wave, k) => t * 10_000 ** (-k / Math.max(waves - 1, 1)));
    return [...angles.map(Math.sin), ...angles.map(Math.cos), ...(width % 2 === 1 ? [0] : [])];
  });
  return tf.tensor2d(rows);
}
