import type { Tensor } from '../../kernels/tf.ts';
import * as tf from '../../kernels/tf.ts';
import { convolution, upConvolution } from '../layers/convolution.ts';
import { channelDropout } from '../layers/dropout.ts';
import { instanceNorm, layerNorm } from '../layers/normalization.ts';
import type { Layer, Parameters, Pass } from '../layers/pass.ts';

export interface UnetOptions {
  /** Channels at full size; doubled by every halving of the image. */
  readonly width: number;
  /** How often the image is halved. */
  readonly halvings: number;
  readonly activation: 'leakyRelu' | 'tanh';
  /** In the blocks of convolutions: of every channel of an image by itself, or of the image as a whole with a scale and offset per channel. */
  readonly norm: 'instance' | 'layer';
}

const NEGATIVE_SLOPE = 0.2;

/** Weights of variance 1 / fan-in; the normalizations make their scale irrelevant. */
const GAIN = 1;

const activate = (h: Tensor, activation: UnetOptions['activation']): Tensor =>
  activation === 'tanh' ? h.tanh() : h.leakyRelu(NEGATIVE_SLOPE);

/** Twice a 3x3 convolution, normalization, activation and dropout of whole channels: (N, H, W, inputs) -> (N, H, W, outputs). */
function block(
  parameters: Parameters,
  name: string,
  [inputs, outputs]: readonly [number, number],
  { activation, norm }: UnetOptions,
): Layer {
  const layers = [inputs, outputs].map((channels, index): Layer => {
    const part = `${name}${index + 1}`;
    const convolve = convolution(parameters, part, 3, channels, outputs, { gain: GAIN, hasBias: false });
    const normalize = norm === 'instance' ? instanceNorm : layerNorm(parameters, part, outputs, [1, 2, 3]);
    const drop = channelDropout(parameters);
    return (pass, h) => drop(pass, activate(normalize(pass, convolve(pass, h)), activation));
  });
  return (pass, h) => layers.reduce((below, layer) => layer(pass, below), h);
}

/**
 * A U-Net without its last 1x1 convolution (Ronneberger et al., 2015), in the form of fastMRI's baseline (Zbontar et al., 2018):
 * (N, H, W, inputs) -> (N, H, W, width), with H and W multiples of 2^halvings.
 */
export function unet(parameters: Parameters, inputs: number, options: UnetOptions): Layer {
  const { width, halvings, activation } = options;
  const name = `halvings${halvings}`;
  const down = block(parameters, `${name}.down`, [inputs, width], options);
  if (halvings === 0) return down;
  const below = unet(parameters, width, { ...options, width: 2 * width, halvings: halvings - 1 });
  const enlarge = upConvolution(parameters, `${name}.enlarge`, 2 * width, width, { gain: GAIN });
  const up = block(parameters, `${name}.up`, [2 * width, width], options);
  return (pass: Pass, h: Tensor): Tensor => {
    const own = down(pass, h);
    const small = tf.avgPool(own as tf.Tensor4D, 2, 2, 'valid');
    const enlarged = activate(instanceNorm(pass, enlarge(pass, below(pass, small))), activation);
    return up(pass, enlarged.concat(own, 3));
  };
}
