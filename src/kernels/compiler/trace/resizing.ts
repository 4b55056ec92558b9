import type * as tfTypes from '../../tf.ts';
import { indexMap, rowMajor } from '../index-map.ts';
import { attrsOf, type KernelCall, type LoweringTable } from './lowering.ts';
import type { Shaped, ShapedBuilder } from './shaped-builder.ts';

type ResizeAttrs = tfTypes.ResizeBilinearAttrs;
type ImageShape = readonly [number, number, number, number];

/** Weights of the old entries (columns) in each new one (rows), along one axis: (count, extent). */
type Weights = (extent: number, count: number, attrs: ResizeAttrs) => Float64Array;

/** Old entries per new one. */
function ratio(extent: number, count: number, { alignCorners }: ResizeAttrs): number {
  return alignCorners && count > 1 ? (extent - 1) / (count - 1) : extent / count;
}

/** Linear interpolation between two neighbours, as TensorFlow.js computes it. */
const bilinear: Weights = (extent, count, attrs) => {
  const weights = new Float64Array(count * extent);
  const add = (row: number, column: number, weight: number): void => {
    weights[row * extent + column] = (weights[row * extent + column] as number) + weight;
  };
  for (let row = 0; row < count; row++) {
    const scale = ratio(extent, count, attrs);
    const position = attrs.halfPixelCenters ? scale * (row + 0.5) - 0.5 : scale * row;
    const lower = Math.max(0, Math.floor(position));
    const upper = Math.min(extent - 1, Math.ceil(position));
    const share = position - lower;
    add(row, lower, 1 - share);
    add(row, upper, share);
  }
  return weights;
};

/** One old entry for each new one. */
const nearest: Weights = (extent, count, attrs) => {
  const weights = new Float64Array(count * extent);
  for (let row = 0; row < count; row++) {
    const position = ratio(extent, count, attrs) * (attrs.halfPixelCenters ? row + 0.5 : row);
    const chosen = Math.min(extent - 1, Math.max(0, attrs.alignCorners ? Math.round(position) : Math.floor(position)));
    weights[row * extent + chosen] = 1;
  }
  return weights;
};

/** Images times a matrix along the rows and another along the columns; transposed matrices make the gradient. */
function interpolate(
  build: ShapedBuilder,
  x: Shaped,
  small: ImageShape,
  size: readonly [number, number],
  weights: Weights,
  call: KernelCall,
  isGradient: boolean,
): Shaped {
  const attrs = attrsOf<ResizeAttrs>(call);
  const [N, H, W, C] = x.shape as unknown as ImageShape;
  const [, oldHeight, oldWidth] = small;
  const [newHeight, newWidth] = size;
  const alongRows = build.constant(weights(oldHeight, newHeight, attrs), [newHeight, oldHeight]);
  const alongColumns = build.constant(weights(oldWidth, newWidth, attrs), [newWidth, oldWidth]);
  const height = isGradient ? oldHeight : newHeight;
  const width = isGradient ? oldWidth : newWidth;
  const rows = build.matmul(alongRows, build.reshape(x, [N, H, W * C]), isGradient);
  const columns = build.matmul(alongColumns, build.reshape(rows, [N * height, W, C]), isGradient);
  return build.reshape(columns, [N, height, width, C]);
}

/** Whole repeats per axis, or null where the nearest neighbours are no plain repetition. */
function repeats([, H, W]: ImageShape, [height, width]: readonly [number, number], { alignCorners }: ResizeAttrs): [number, number] | null {
  if (alignCorners || height % H !== 0 || width % W !== 0) return null;
  return [height / H, width / W];
}

function resizeNearest(call: KernelCall): Shaped {
  const { build } = call;
  const x = call.input('images');
  const shape = x.shape as unknown as ImageShape;
  const attrs = attrsOf<ResizeAttrs>(call);
  const factors = repeats(shape, attrs.size, attrs);
  if (factors === null) return interpolate(build, x, shape, attrs.size, nearest, call, false);
  const [N, H, W, C] = shape;
  const [perImage, perRow, perColumn, perChannel] = rowMajor(shape) as [number, number, number, number];
  const map = indexMap([N, H, factors[0], W, factors[1], C], [perImage, perRow, 0, perColumn, 0, perChannel]);
  return build.view(x, map, [N, ...attrs.size, C]);
}

function resizeNearestGradient(call: KernelCall): Shaped {
  const { build } = call;
  const dy = call.input('dy');
  const shape = call.input('images').shape as unknown as ImageShape;
  const attrs = attrsOf<ResizeAttrs>(call);
  const size = dy.shape.slice(1, 3) as [number, number];
  const factors = repeats(shape, size, attrs);
  if (factors === null) return interpolate(build, dy, shape, size, nearest, call, true);
  const [N, H, W, C] = shape;
  return build.reduce('sum', build.reshape(dy, [N, H, factors[0], W, factors[1], C]), [2, 4]);
}

/** Gradients are those of the forward pass; TensorFlow.js's own ignore `halfPixelCenters`. */
export const resizing: LoweringTable = {
  ResizeBilinear: (call) => {
    const x = call.input('images');
    return interpolate(call.build, x, x.shape as unknown as ImageShape, attrsOf<ResizeAttrs>(call).size, bilinear, call, false);
  },
  ResizeBilinearGrad: (call) => {
    const dy = call.input('dy');
    const shape = call.input('images').shape as unknown as ImageShape;
    return interpolate(call.build, dy, shape, dy.shape.slice(1, 3) as [number, number], bilinear, call, true);
  },
  ResizeNearestNeighbor: resizeNearest,
  ResizeNearestNeighborGrad: resizeNearestGradient,
};
