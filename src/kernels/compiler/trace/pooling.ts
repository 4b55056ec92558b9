import type * as tfTypes from '../../tf.ts';
import { indexMap, rowMajor } from '../index-map.ts';
import { attrsOf, type KernelCall, type LoweringTable } from './lowering.ts';
import type { Shaped, ShapedBuilder } from './shaped-builder.ts';
import { backwardSliding, convolutionInfo, forwardSliding, spreadByStride, type WindowAxis, windowView } from './windows.ts';

type PoolInfo = ReturnType<typeof convolutionInfo>;

const WINDOW_LAST: readonly WindowAxis[] = ['image', 'row', 'column', 'channel', 'windowRow', 'windowColumn'];

function poolInfo(x: Shaped, { filterSize, ...attrs }: tfTypes.MaxPoolAttrs | tfTypes.AvgPoolGradAttrs): PoolInfo {
  const [height, width] = typeof filterSize === 'number' ? [filterSize, filterSize] : filterSize;
  const channels = x.shape[3] as number;
  return convolutionInfo(x.shape, [height, width, channels, channels], attrs, false);
}

const windowSize = ({ filterHeight, filterWidth }: PoolInfo): number => filterHeight * filterWidth;

/** Windows that tile the image from its corner: every entry is in at most one of them. */
function isTiling({ filterHeight, filterWidth, strideHeight, strideWidth, padInfo }: PoolInfo): boolean {
  return filterHeight === strideHeight && filterWidth === strideWidth && padInfo.top === 0 && padInfo.left === 0;
}

/** (N, rows, columns, C, window entries) */
function windowsOf(build: ShapedBuilder, x: Shaped, info: PoolInfo, fill: number): Shaped {
  return build.reshape(windowView(build, x, ...forwardSliding(info), WINDOW_LAST, fill), [...info.outShape, windowSize(info)]);
}

/** How many entries of each window lie inside of the image: (1, rows, columns, 1). */
function windowCounts(build: ShapedBuilder, info: PoolInfo): Shaped {
  const inside = (window: number, stride: number, size: number, before: number, extent: number): number => {
    const start = window * stride - before;
    return Math.min(start + size, extent) - Math.max(start, 0);
  };
  const counts = Array.from({ length: info.outHeight * info.outWidth }, (_, index) => {
    const row = Math.floor(index / info.outWidth);
    return (
      inside(row, info.strideHeight, info.filterHeight, info.padInfo.top, info.inHeight) *
      inside(index % info.outWidth, info.strideWidth, info.filterWidth, info.padInfo.left, info.inWidth)
    );
  });
  return build.constant(counts, [1, info.outHeight, info.outWidth, 1]);
}

/** One value per window as a value per entry of the tiles, (N, rows, fh, columns, fw, C); uncovered entries of the image are cut or 0. */
function perEntryOfTile(build: ShapedBuilder, y: Shaped, info: PoolInfo): Shaped {
  const { filterHeight, filterWidth, batchSize, outHeight, outWidth, inChannels } = info;
  const [perImage, perRow, perColumn, perChannel] = rowMajor(y.shape) as [number, number, number, number];
  const extents = [batchSize, outHeight, filterHeight, outWidth, filterWidth, inChannels];
  return build.view(y, indexMap(extents, [perImage, perRow, 0, perColumn, 0, perChannel]), extents);
}

/** Tiles (N, rows, fh, columns, fw, C) as the image (N, H, W, C): zeros where no tile fits, and without what sticks out of the image. */
function tilesToImage(build: ShapedBuilder, tiles: Shaped, info: PoolInfo): Shaped {
  const { batchSize: N, outHeight, filterHeight, outWidth, filterWidth, inChannels: C, inHeight: H, inWidth: W } = info;
  const covered = build.reshape(tiles, [N, outHeight * filterHeight, outWidth * filterWidth, C]);
  const height = Math.min(H, outHeight * filterHeight);
  const width = Math.min(W, outWidth * filterWidth);
  const inside = build.slice(covered, [0, 0, 0, 0], [N, height, width, C]);
  return build.pad(
    inside,
    [
      [0, 0],
      [0, H - height],
      [0, W - width],
      [0, 0],
    ],
    0,
  );
}

/** Sum over the windows that cover an entry of the image, of one value per window: (N, H, W, C, window entries) before the sum. */
function coveringWindows(build: ShapedBuilder, y: Shaped, info: PoolInfo, fill: number): Shaped {
  const view = windowView(build, spreadByStride(build, y, info, fill), ...backwardSliding(info), WINDOW_LAST, fill);
  return build.reshape(view, [info.batchSize, info.inHeight, info.inWidth, info.inChannels, windowSize(info)]);
}

function maxPool(call: KernelCall): Shaped {
  const x = call.input('x');
  return call.build.reduce('max', windowsOf(call.build, x, poolInfo(x, attrsOf<tfTypes.MaxPoolAttrs>(call)), Number.NEGATIVE_INFINITY), 4);
}

/** The gradient of a maximum goes to the first entry that has it, rows before columns. */
function maxPoolGradient(call: KernelCall): Shaped {
  const { build } = call;
  const [dy, x, y] = [call.input('dy'), call.input('input'), call.input('output')];
  const info = poolInfo(x, attrsOf<tfTypes.MaxPoolGradAttrs>(call));
  const windows = windowsOf(build, x, info, Number.NEGATIVE_INFINITY);
  const isMaximum = build.binary('eq', windows, build.reshape(y, [...y.shape, 1]));
  const entry = build.positions(windows.shape, 4);
  // Where nothing equals the maximum, which is NaN then, no entry has this position.
  const first = build.reduce('min', build.select(isMaximum, entry, windowSize(info)), 4); // (N, rows, columns, C)
  if (isTiling(info)) {
    const tiles = perEntryOfTile(build, dy, info);
    const entries = build.view(
      { id: build.flat.iota(windowSize(info)), shape: [windowSize(info)] },
      indexMap(tiles.shape, [0, 0, info.filterWidth, 0, 1, 0]),
      tiles.shape,
    );
    return tilesToImage(build, build.select(build.binary('eq', perEntryOfTile(build, first, info), entries), tiles, 0), info);
  }
  const covering = coveringWindows(build, dy, info, 0);
  const isFirst = build.binary('eq', coveringWindows(build, first, info, -1), build.positions(covering.shape, 4));
  return build.reduce('sum', build.select(isFirst, covering, 0), 4);
}

/** The mean of the entries inside of the image. */
function avgPool(call: KernelCall): Shaped {
  const { build } = call;
  const x = build.cast(call.input('x'), 'float32');
  const info = poolInfo(x, attrsOf<tfTypes.AvgPoolAttrs>(call));
  return build.binary('div', build.reduce('sum', windowsOf(build, x, info, 0), 4), windowCounts(build, info));
}

/**
 * dy / count to every entry of the window. TensorFlow.js's own backends divide by the whole window's size even where padding makes it
 * smaller, which is not the derivative of what they compute; here it is.
 */
function avgPoolGradient(call: KernelCall): Shaped {
  const { build } = call;
  const info = poolInfo(call.input('input'), attrsOf<tfTypes.AvgPoolGradAttrs>(call));
  const share = build.binary('div', call.input('dy'), windowCounts(build, info));
  if (isTiling(info)) return tilesToImage(build, perEntryOfTile(build, share, info), info);
  return build.reduce('sum', coveringWindows(build, share, info, 0), 4);
}

export const pooling: LoweringTable = {
  AvgPool: avgPool,
  AvgPoolGrad: avgPoolGradient,
  MaxPool: maxPool,
  MaxPoolGrad: maxPoolGradient,
};
