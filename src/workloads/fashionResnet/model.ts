import type { Tensor } from '../../kernels/tf.ts';
import * as tf from '../../kernels/tf.ts';
import { classPredictions, crossEntropies } from '../classification.ts';
import type { Batch, Network } from '../definition.ts';
import { ACTIVATIONS, type Activation } from '../layers/activations.ts';
import { convolution } from '../layers/convolution.ts';
import { dense } from '../layers/dense.ts';
import { batchNorm } from '../layers/normalization.ts';
import { type Layer, Parameters, type Pass } from '../layers/pass.ts';

export interface ResnetOptions {
  /** Pixels along each side of the images. */
  readonly side: number;
  readonly classes: number;
  /** Channels behind the stem and inside of the first stage's blocks; every further stage has twice as many. */
  readonly width: number;
  /** Blocks in each stage. */
  readonly depth: number;
  /** Each but the first halves the picture's sides. */
  readonly stages: number;
  readonly activation: Activation;
  /** Where the scale of the last batch normalization of every block starts. */
  readonly lastScale: number;
  /** Training rows that evaluations take the batch statistics from. */
  readonly calibrationRows: number;
}

/** Channels at the end of a block over those inside. */
const EXPANSION = 4;

/** A convolution without bias and a batch normalization. */
function normalized(
  parameters: Parameters,
  name: string,
  [filter, inputs, outputs, stride]: readonly [number, number, number, number],
  scaleStart = 1,
): Layer {
  const convolve = convolution(parameters, name, filter, inputs, outputs, { stride, hasBias: false });
  const normalize = batchNorm(parameters, `${name}.norm`, outputs, scaleStart);
  return (pass, h) => normalize(pass, convolve(pass, h));
}

/**
 * Convolutions of 1x1, 3x3 and 1x1 beside a shortcut, which is a 1x1 convolution where the shape changes (He et al., 2016, figure 5; a stride
 * is in the 3x3 one and in the shortcut, as AlgoPerf has it).
 */
function bottleneck(
  parameters: Parameters,
  name: string,
  [inputs, inner, stride]: readonly [number, number, number],
  act: (h: Tensor) => Tensor,
  lastScale: number,
): Layer {
  const outputs = EXPANSION * inner;
  const first = normalized(parameters, `${name}.1`, [1, inputs, inner, 1]);
  const second = normalized(parameters, `${name}.2`, [3, inner, inner, stride]);
  const third = normalized(parameters, `${name}.3`, [1, inner, outputs, 1], lastScale);
  const shortcut = inputs === outputs && stride === 1 ? null : normalized(parameters, `${name}.shortcut`, [1, inputs, outputs, stride]);
  return (pass, h) => {
    const branch = third(pass, act(second(pass, act(first(pass, h)))));
    return act(branch.add(shortcut === null ? h : shortcut(pass, h)));
  };
}

/** A residual network over the run axis. See `fashionResnet.ts`. */
export function resnet({ side, classes, width, depth, stages, activation, lastScale, calibrationRows }: ResnetOptions): Network {
  const parameters = new Parameters();
  const act = ACTIVATIONS[activation];
  const stem = normalized(parameters, 'stem', [3, 1, width, 1]);
  const blocks: Layer[] = [];
  let channels = width;
  for (let stage = 0; stage < stages; stage++) {
    for (let block = 0; block < depth; block++) {
      const inner = width * 2 ** stage;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      blocks.push(bottleneck(parameters, `stage${stage}.block${block}`, [channels, inner, stride], act, lastScale));
      channels = EXPANSION * inner;
    }
  }
  const head = dense(parameters, 'head', channels, classes);

  /** Logits (R, B, C) of images (1 or R, B, pixels). */
  const logits = (params: readonly Tensor[], x: Tensor, statisticsRows: number): Tensor => {
    const [lead, batch] = x.shape as [number, number];
    const runs = params[0]?.shape[0] as number;
    const pass: Pass = { params, runs, batch, reg: null, statisticsRows };
    const stemmed = act(stem(pass, x.reshape([lead * batch, side, side, 1])));
    const pooled = tf.maxPool(stemmed as tf.Tensor4D, 2, 2, 'valid'); // (R * B, 7, 7, width)
    const features = blocks.reduce<Tensor>((h, block) => block(pass, h), pooled).mean([1, 2]); // (R * B, channels)
    return head(pass, features).reshape([runs, batch, classes]);
  };

  const imagesOf = ({ tensors }: Batch): Tensor => tensors.x as Tensor;
  return {
    parameters: parameters.specs,
    calibrationRows,
    trainLoss(params, batch, { labelSmoothing }) {
      const x = imagesOf(batch);
      const { plain, smoothed } = crossEntropies(logits(params, x, x.shape[1] as number), batch.tensors.y as Tensor, labelSmoothing);
      return { loss: plain, objective: smoothed };
    },
    predict(params, batch, calibration) {
      if (calibration === null) throw new Error('Batch normalization needs training rows for its statistics.');
      const x = imagesOf(batch);
      const both = imagesOf(calibration).concat(x, 1);
      const measured = calibration.tensors.x?.shape[1] as number;
      const all = logits(params, both, measured); // (R, M + B, C)
      const own = all.slice([0, measured, 0], [all.shape[0] as number, x.shape[1] as number, classes]);
      return classPredictions(own, batch.tensors.y as Tensor);
    },
  };
}
