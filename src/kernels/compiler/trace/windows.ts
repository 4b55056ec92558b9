import { backend_util } from '../../tf.ts';
import { indexMap, rowMajor } from '../index-map.ts';
import type { Shaped, ShapedBuilder } from './shaped-builder.ts';

/** How windows slide along one axis: window o covers entries start + o * stride + f * step for f = 0 .. size - 1. */
export interface Sliding {
  readonly count: number;
  readonly stride: number;
  readonly size: number;
  readonly step: number;
  readonly start: number;
}

/** Digits of a window view, in the order in which the view lists them. */
export type WindowAxis = 'image' | 'row' | 'column' | 'windowRow' | 'windowColumn' | 'channel';

/**
 * All windows of images (N, H, W, C) as a view: (N, rows, columns, window rows, window columns, C) in any order of axes. Entries outside of
 * the image are `fill`.
 */
export function windowView(
  build: ShapedBuilder,
  x: Shaped,
  rows: Sliding,
  columns: Sliding,
  order: readonly WindowAxis[],
  fill: number,
): Shaped {
  const [N, H, W, C] = x.shape as [number, number, number, number];
  const [perImage, perRow, perColumn, perChannel] = rowMajor(x.shape) as [number, number, number, number];
  const digits: Readonly<Record<WindowAxis, { extent: number; stride: number; row: number; column: number }>> = {
    image: { extent: N, stride: perImage, row: 0, column: 0 },
    row: { extent: rows.count, stride: rows.stride * perRow, row: rows.stride, column: 0 },
    column: { extent: columns.count, stride: columns.stride * perColumn, row: 0, column: columns.stride },
    windowRow: { extent: rows.size, stride: rows.step * perRow, row: rows.step, column: 0 },
    windowColumn: { extent: columns.size, stride: columns.step * perColumn, row: 0, column: columns.step },
    channel: { extent: C, stride: perChannel, row: 0, column: 0 },
  };
  const extents = order.map((axis) => digits[axis].extent);
  const map = indexMap(
    extents,
    order.map((axis) => digits[axis].stride),
    rows.start * perRow + columns.start * perColumn,
    [
      { coefficients: order.map((axis) => digits[axis].row), offset: rows.start, extent: H },
      { coefficients: order.map((axis) => digits[axis].column), offset: columns.start, extent: W },
    ],
  );
  return build.view(x, map, extents, fill);
}

type ConvInfo = ReturnType<typeof backend_util.computeConv2DInfo>;

/** The windows of a convolution or pooling along both axes. */
export const forwardSliding = (info: ConvInfo): [rows: Sliding, columns: Sliding] => [
  {
    count: info.outHeight,
    stride: info.strideHeight,
    size: info.filterHeight,
    step: info.dilationHeight,
    start: -info.padInfo.top,
  },
  {
    count: info.outWidth,
    stride: info.strideWidth,
    size: info.filterWidth,
    step: info.dilationWidth,
    start: -info.padInfo.left,
  },
];

/**
 * The windows' windows: for every entry of the image, the results whose window covers it as its f-th entry, on results that were spread by
 * the stride (`spreadByStride`).
 */
export const backwardSliding = (info: ConvInfo): [rows: Sliding, columns: Sliding] => [
  { count: info.inHeight, stride: 1, size: info.filterHeight, step: -info.dilationHeight, start: info.padInfo.top },
  { count: info.inWidth, stride: 1, size: info.filterWidth, step: -info.dilationWidth, start: info.padInfo.left },
];

/** Results (N, rows, columns, C) at the positions of their windows' first entries: (N, rows * stride, columns * stride, C), else `fill`. */
export function spreadByStride(build: ShapedBuilder, y: Shaped, info: ConvInfo, fill: number): Shaped {
  const { strideHeight, strideWidth } = info;
  const [N, rows, columns, C] = y.shape as [number, number, number, number];
  const shape = [N, rows * strideHeight, columns * strideWidth, C];
  if (strideHeight === 1 && strideWidth === 1) return y;
  const strides = rowMajor(y.shape) as [number, number, number, number];
  const first = (digit: number): { coefficients: number[]; offset: number; extent: number } => ({
    coefficients: Array.from({ length: 6 }, (_, other) => (other === digit ? 1 : 0)),
    offset: 0,
    extent: 1,
  });
  const map = indexMap([N, rows, strideHeight, columns, strideWidth, C], [strides[0], strides[1], 0, strides[2], 0, strides[3]], 0, [
    first(2),
    first(4),
  ]);
  return build.view(y, map, shape, fill);
}

/** Shape arithmetic of a convolution, by TensorFlow.js itself. */
export function convolutionInfo(
  xShape: readonly number[],
  filterShape: readonly number[],
  attrs: {
    readonly strides: number | [number, number];
    readonly pad: Parameters<typeof backend_util.computeConv2DInfo>[4];
    readonly dilations?: number | [number, number];
    readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
    readonly dataFormat?: 'NHWC' | 'NCHW';
  },
  isDepthwise: boolean,
): ConvInfo {
  const { strides, pad, dilations = 1, dimRoundingMode, dataFormat = 'NHWC' } = attrs;
  if (dataFormat !== 'NHWC') throw new Error(`only NHWC is supported, got ${dataFormat}`);
  return backend_util.computeConv2DInfo(
    xShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    isDepthwise,
  );
}
