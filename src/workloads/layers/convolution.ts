import type { Tensor } from '../../kernels/tf.ts';
import * as tf from '../../kernels/tf.ts';
import { addPerRun, multiply } from './dense.ts';
import { type Layer, leadOf, type Parameters, type Pass } from './pass.ts';

export interface ConvolutionOptions {
  readonly stride?: number | readonly [number, number];
  /** As in `dense`. */
  readonly gain?: number;
  readonly hasBias?: boolean;
  /** Standard deviation of the initial biases, 0 unless said otherwise. Where whole patches are 0, biases of 0 put a ReLU on its kink. */
  readonly biasDeviation?: number;
}

/**
 * A convolution with filters of each run's own and zero padding such that stride 1 keeps the size: (lead * B, H, W, inputs) ->
 * (R * B, ceil(H / stride), ceil(W / stride), outputs). Odd filters; as patches times a matrix, in the order row, column, input channel.
 */
export function convolution(
  parameters: Parameters,
  name: string,
  filter: number | readonly [number, number],
  inputs: number,
  outputs: number,
  options: ConvolutionOptions = {},
): Layer {
  const [height, width] = typeof filter === 'number' ? [filter, filter] : filter;
  const { stride = 1, gain = 2, hasBias = true, biasDeviation = 0 } = options;
  const strides = typeof stride === 'number' ? ([stride, stride] as const) : stride;
  const fanIn = height * width * inputs;
  const weights = parameters.normal(`${name}.W`, [fanIn, outputs], Math.sqrt(gain / fanIn));
  const bias = hasBias ? parameters.normal(`${name}.b`, [outputs], biasDeviation) : null;
  return (pass, h) => {
    const product = correlate(pass, h, [height, width], strides, weights(pass));
    return bias === null ? product : addPerRun(pass, product, bias(pass));
  };
}

type Pair = readonly [number, number];

/**
 * h (lead * B, H, W, inputs) seen through filters (R, height * width * inputs, outputs). Where every place has a filter around it, h's gradient
 * is the result's gradient seen through the filters turned around: one product, where that of the patches would be added up from all of them.
 */
function correlate(pass: Pass, h: Tensor, size: Pair, strides: Pair, filters: Tensor): Tensor {
  const isTurnable = strides[0] === 1 && strides[1] === 1 && leadOf(pass, h) === pass.runs;
  if (!isTurnable) return multiply(pass, patches(h, size, strides), filters);
  return tf.customGrad((...given) => {
    const [input, own, save] = given as [Tensor, Tensor, (tensors: Tensor[]) => void];
    save([input, own]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [before, kept] = saved as [Tensor, Tensor];
      return [
        multiply(pass, patches(dy, size, strides), turned(kept, size)),
        perRun(pass, patches(before, size, strides)).matMul(perRun(pass, dy), true, false),
      ];
    };
    return { value: multiply(pass, patches(input, size, strides), own), gradFunc };
  })(h, filters);
}

/** (R * B, ..., n) as (R, B * ..., n). */
const perRun = ({ runs }: Pass, h: Tensor): Tensor => h.reshape([runs, -1, h.shape.at(-1) as number]);

/** Filters (R, taps * inputs, outputs) as (R, taps * outputs, inputs), the last tap first. */
function turned(filters: Tensor, [height, width]: Pair): Tensor {
  const [runs, , outputs] = filters.shape as [number, number, number];
  const taps = height * width;
  const byTap = filters.reshape([runs, taps, -1]);
  const inputs = (byTap.shape[2] as number) / outputs;
  return byTap
    .stridedSlice([0, -1, 0], [runs, -taps - 1, inputs * outputs], [1, -1, 1])
    .reshape([runs * taps, inputs, outputs])
    .transpose([0, 2, 1])
    .reshape([runs, taps * outputs, inputs]);
}

/** The filter's view of every place, (N, H', W', height * width * C), zero beyond the edges. */
function patches(h: Tensor, [height, width]: Pair, [down, right]: Pair): Tensor {
  const [N, H, W, C] = h.shape as [number, number, number, number];
  if (height === 1 && width === 1 && down === 1 && right === 1) return h;
  const [rows, columns] = [Math.ceil(H / down), Math.ceil(W / right)];
  const padded = h.pad([[0, 0], paddingOf(H, height, down), paddingOf(W, width, right), [0, 0]]);
  // Tap (y, x) of every place is a part of every down-th row from y on and every right-th column from x on.
  const lattices = everyRow(padded, down).map((part) => everyColumn(part, right));
  const taps: Tensor[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const lattice = lattices[y % down]?.[x % right] as Tensor;
      taps.push(lattice.slice([0, Math.floor(y / down), Math.floor(x / right), 0], [N, rows, columns, C]));
    }
  }
  const [first, ...others] = taps as [Tensor, ...Tensor[]];
  return others.length === 0 ? first : first.concat(others, 3);
}

/** Zeros before and after an axis: half a filter before, and after it as many as make whole strides of all that is seen. */
function paddingOf(size: number, filter: number, stride: number): [before: number, after: number] {
  const before = (filter - 1) >> 1;
  const seen = Math.ceil(size / stride) + Math.ceil(filter / stride) - 1;
  return [before, stride * Math.max(seen, Math.ceil((before + size) / stride)) - before - size];
}

/** (N, H, W, C) as `stride` parts of every stride-th row, from the first ones on, H a multiple; by reshaping, as strided slices have no gradient. */
function everyRow(h: Tensor, stride: number): Tensor[] {
  const [N, H, W, C] = h.shape as [number, number, number, number];
  if (stride === 1) return [h];
  return h
    .reshape([N, H / stride, stride, W * C])
    .split(stride, 2)
    .map((part) => part.reshape([N, H / stride, W, C]));
}

/** The same of the columns. */
function everyColumn(h: Tensor, stride: number): Tensor[] {
  const [N, H, W, C] = h.shape as [number, number, number, number];
  if (stride === 1) return [h];
  return h
    .reshape([N * H, W / stride, stride, C])
    .split(stride, 2)
    .map((part) => part.reshape([N, H, W / stride, C]));
}

/**
 * Twice the size by filters of 2 by 2 places that do not overlap (a transposed convolution with stride 2), without bias:
 * (lead * B, H, W, inputs) -> (R * B, 2 H, 2 W, outputs).
 */
export function upConvolution(
  parameters: Parameters,
  name: string,
  inputs: number,
  outputs: number,
  { gain = 2 }: Pick<ConvolutionOptions, 'gain'> = {},
): Layer {
  const weights = parameters.normal(`${name}.W`, [inputs, 4 * outputs], Math.sqrt(gain / inputs));
  return (pass, h) => depthToSpace(multiply(pass, h, weights(pass)));
}

/** Channels as blocks of 2 by 2 places, in the order row, column, channel: (N, H, W, 4 C) -> (N, 2 H, 2 W, C). */
function depthToSpace(h: Tensor): Tensor {
  const [N, H, W, C] = h.shape as [number, number, number, number];
  return h
    .reshape([N * H, W, 2, C / 2])
    .transpose([0, 2, 1, 3])
    .reshape([N, 2 * H, 2 * W, C / 4]);
}

/**
 * A filter over time for each channel by itself, with zero padding that keeps the length: (R * B, T, C) -> the same. Odd length.
 */
export function depthwiseOverTime(parameters: Parameters, name: string, length: number, channels: number): Layer {
  const weights = parameters.normal(`${name}.W`, [length, channels], Math.sqrt(1 / length));
  return (pass, h) => {
    const [N, T, C] = h.shape as [number, number, number];
    const half = (length - 1) >> 1;
    const padded = h.pad([
      [0, 0],
      [half, length - 1 - half],
      [0, 0],
    ]);
    const W = weights(pass); // (R, length, C)
    const taps = Array.from({ length }, (_, tap) =>
      scale(pass, padded.slice([0, tap, 0], [N, T, C]), W.slice([0, tap, 0], [pass.runs, 1, C])),
    );
    return taps.reduce((sum, tap) => sum.add(tap));
  };
}

function scale({ runs }: Pass, h: Tensor, w: Tensor): Tensor {
  const C = h.shape.at(-1) as number;
  return h.reshape([runs, -1, C]).mul(w).reshape(h.shape);
}
