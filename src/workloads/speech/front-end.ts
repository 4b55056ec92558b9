import type { Tensor } from '../../kernels/tf.ts';
import * as tf from '../../kernels/tf.ts';
import { ACTIVATIONS } from '../layers/activations.ts';
import { convolution } from '../layers/convolution.ts';
import { dense } from '../layers/dense.ts';
import { everyRun, type Parameters, type Pass } from '../layers/pass.ts';
import { SPEECH } from './data.ts';
import { SUBSAMPLING } from './report.ts';

/** Frames that are decoded, at most. */
export const DECODED_TIME = SPEECH.time / SUBSAMPLING;

/**
 * Which places of every `step`-th frame lie within their utterance: 1 or 0.
 *
 * @param frames (lead * B) int32
 * @returns (lead * B, 64 / step) int32
 */
const placesWithin = (frames: Tensor, step: number): Tensor =>
  tf.range(0, SPEECH.time, step, 'int32').less(frames.expandDims(1)).cast('int32');

/** The same as float32. */
export const within = (frames: Tensor, step: number): Tensor => placesWithin(frames, step).cast('float32');

/** How many frames are decoded of each utterance: (lead * B) int32. */
export const decodedFrames = (frames: Tensor): Tensor => placesWithin(frames, SUBSAMPLING).sum(1);

export interface AugmentOptions {
  readonly frequencyMasks: number;
  readonly timeMasks: number;
}

/** Bins of one mask at most: 27 of 80 in the original. */
const FREQUENCY_MASK = 6;
/** Share of the frames of one mask at most. */
const TIME_MASK = 0.1;

/**
 * SpecAugment without warping (Park et al., 2019): some bands and some stretches of time of each training utterance become 0, the mean.
 *
 * @returns x (lead * B, 64, 20), frames (lead * B) -> (R * B, 64, 20), or x in a deterministic pass
 */
export function augmentation(
  parameters: Parameters,
  { frequencyMasks, timeMasks }: AugmentOptions,
): (pass: Pass, x: Tensor, frames: Tensor) => Tensor {
  const [bands, stretches] = [masks(parameters, frequencyMasks, SPEECH.bins), masks(parameters, timeMasks, SPEECH.time)];
  return (pass, x, frames) => {
    if (pass.reg === null) return x;
    const own = everyRun(pass, frames).cast('float32').reshape([-1, 1, 1]); // (R * B, 1, 1)
    const band = bands(pass, tf.scalar(SPEECH.bins), tf.scalar(FREQUENCY_MASK));
    const stretch = stretches(pass, own, own.mul(TIME_MASK));
    return everyRun(pass, x).mul(band.expandDims(1)).mul(stretch.expandDims(2));
  };
}

/** 0 in `count` stretches of an axis, of random lengths up to `longest` and at random places of its first `extent` places, 1 elsewhere: (R * B, size). */
function masks(parameters: Parameters, count: number, size: number): (pass: Pass, extent: Tensor, longest: Tensor) => Tensor {
  const [lengths, starts] = [parameters.site(), parameters.site()];
  return ({ reg, batch }, extent, longest) => {
    const uniform = (site: number): Tensor => (reg as NonNullable<typeof reg>).uniform(site, [batch * count]).reshape([-1, count, 1]);
    const length = uniform(lengths).mul(longest.add(1)).floor(); // (R * B, count, 1)
    const start = uniform(starts).mul(extent.sub(length).add(1)).floor();
    // Whole numbers are compared with their middles, where rounding does not matter.
    const place = tf.range(0.5, size);
    const isMasked = place.greater(start).logicalAnd(place.less(start.add(length))); // (R * B, count, size)
    return isMasked.cast('float32').sum(1).equal(0).cast('float32');
  };
}

/** An activation, and the variance of its layer's outputs over that of the inputs to begin with. */
export interface ActivationWithGain {
  readonly apply: (h: Tensor) => Tensor;
  readonly gain: number;
}

export const RELU: ActivationWithGain = { apply: ACTIVATIONS.relu, gain: 2 };
export const TANH: ActivationWithGain = { apply: ACTIVATIONS.tanh, gain: 1 };

/**
 * Two convolutions that halve time and frequency each, and a dense layer: (lead * B, 64, 20) -> (R * B, 16, width). What lies beyond an
 * utterance's end is 0 before each convolution, so that nothing comes from there.
 */
export function subsampling(
  parameters: Parameters,
  channels: number,
  width: number,
  { apply, gain }: ActivationWithGain,
): (pass: Pass, x: Tensor, frames: Tensor) => Tensor {
  const options = { stride: 2, gain, biasDeviation: 0.1 };
  const first = convolution(parameters, 'conv0', 3, 1, channels, options);
  const second = convolution(parameters, 'conv1', 3, channels, channels, options);
  const columns = (SPEECH.bins / SUBSAMPLING) * channels;
  const toWidth = dense(parameters, 'input', columns, width);
  return (pass, x, frames) => {
    const halved = apply(first(pass, x.expandDims(3))); // (R * B, 32, 10, channels)
    const isThere = everyRun(pass, within(frames, 2)).reshape([-1, SPEECH.time / 2, 1, 1]);
    const quartered = apply(second(pass, halved.mul(isThere))); // (R * B, 16, 5, channels)
    return toWidth(pass, quartered.reshape([-1, DECODED_TIME, columns]));
  };
}
