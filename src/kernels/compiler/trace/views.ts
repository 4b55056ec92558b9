import type * as tfTypes from '../../tf.ts';
import { slice_util } from '../../tf.ts';
import { indexMap, rowMajor, sizeOf } from '../index-map.ts';
import { attrsOf, type KernelCall, type LoweringTable } from './lowering.ts';
import { resolveAxes, type Shaped, type ShapedBuilder } from './shaped-builder.ts';

const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** Begin and size of a slice per axis: missing axes are whole, size -1 reaches to the end. */
function sliceBounds({ shape }: Shaped, { begin, size }: tfTypes.SliceAttrs): { begin: number[]; size: number[] } {
  const starts = [begin].flat();
  const sizes = [size].flat();
  const from = shape.map((_, axis) => starts[axis] ?? 0);
  return {
    begin: from,
    size: shape.map((extent, axis) => {
      const asked = sizes[axis] ?? -1;
      return asked === -1 ? extent - (from[axis] as number) : asked;
    }),
  };
}

function split(call: KernelCall): Shaped[] {
  const x = call.input('x');
  const { axis: given, numOrSizeSplits } = attrsOf<tfTypes.SplitVAttrs>(call);
  const axis = axisOf(given, x.shape.length);
  const extent = x.shape[axis] as number;
  const sizes = typeof numOrSizeSplits === 'number' ? Array<number>(numOrSizeSplits).fill(extent / numOrSizeSplits) : [...numOrSizeSplits];
  const open = sizes.indexOf(-1);
  if (open >= 0) sizes[open] = extent - sizes.reduce((sum, size) => sum + size, 1);
  let start = 0;
  return sizes.map((size) => {
    const begin = x.shape.map((_, other) => (other === axis ? start : 0));
    start += size;
    return call.build.slice(
      x,
      begin,
      x.shape.map((whole, other) => (other === axis ? size : whole)),
    );
  });
}

function stridedSlice(call: KernelCall): Shaped {
  const x = call.input('x');
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrsOf<tfTypes.StridedSliceAttrs>(call);
  const info = slice_util.sliceInfo([...x.shape], begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask);
  const own = rowMajor(x.shape);
  // Per axis of x; axes that the result drops or adds have extent 1.
  const extents = x.shape.map((_, axis) => {
    const step = info.strides[axis] as number;
    return Math.ceil(((info.end[axis] as number) - (info.begin[axis] as number)) / step);
  });
  const map = indexMap(
    extents,
    own.map((stride, axis) => stride * (info.strides[axis] as number)),
    own.reduce((sum, stride, axis) => sum + stride * (info.begin[axis] as number), 0),
  );
  return call.build.view(x, map, info.finalShape);
}

/** One axis extended by its own mirror image, with (symmetric) or without (reflect) repeating the border. */
function mirror(build: ShapedBuilder, x: Shaped, axis: number, [before, after]: readonly [number, number], border: 0 | 1): Shaped {
  const extent = x.shape[axis] as number;
  const part = (begin: number, size: number): Shaped =>
    build.reverse(
      build.slice(
        x,
        x.shape.map((_, other) => (other === axis ? begin : 0)),
        x.shape.map((whole, other) => (other === axis ? size : whole)),
      ),
      [axis],
    );
  return build.concat([part(border, before), x, part(extent - border - after, after)], axis);
}

export const views: LoweringTable = {
  Cast: (call) => {
    const { dtype } = attrsOf<tfTypes.CastAttrs>(call);
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') throw new Error(`there are no ${dtype} values`);
    return call.build.cast(call.input('x'), dtype);
  },
  Concat: (call) => call.build.concat(call.list, axisOf(attrsOf<tfTypes.ConcatAttrs>(call).axis, (call.list[0] as Shaped).shape.length)),
  /** (N, H, W, C b^2) -> (N, H b, W b, C) */
  DepthToSpace: (call) => {
    const { blockSize: b, dataFormat } = attrsOf<tfTypes.DepthToSpaceAttrs>(call);
    if (dataFormat !== 'NHWC') throw new Error(`only NHWC is supported, got ${dataFormat}`);
    const x = call.input('x');
    const [N, H, W, depth] = x.shape as [number, number, number, number];
    const C = depth / b ** 2;
    const moved = call.build.transpose(call.build.reshape(x, [N, H, W, b, b, C]), [0, 1, 3, 2, 4, 5]);
    return call.build.reshape(moved, [N, H * b, W * b, C]);
  },
  ExpandDims: (call) => {
    const x = call.input('input');
    const { dim } = attrsOf<tfTypes.ExpandDimsAttrs>(call);
    const shape = [...x.shape];
    shape.splice(dim < 0 ? shape.length + dim + 1 : dim, 0, 1);
    return call.build.reshape(x, shape);
  },
  Identity: (call) => call.input('x'),
  MirrorPad: (call) => {
    const { paddings, mode } = attrsOf<tfTypes.MirrorPadAttrs>(call);
    return paddings.reduce(
      (padded, amounts, axis) => mirror(call.build, padded, axis, amounts, mode === 'reflect' ? 1 : 0),
      call.input('x'),
    );
  },
  Pack: (call) => {
    const [first] = call.list as [Shaped, ...Shaped[]];
    const axis = axisOf(attrsOf<tfTypes.PackAttrs>(call).axis, first.shape.length + 1);
    const expanded = [...first.shape.slice(0, axis), 1, ...first.shape.slice(axis)];
    return call.build.concat(
      call.list.map((piece) => call.build.reshape(piece, expanded)),
      axis,
    );
  },
  PadV2: (call) => {
    const { paddings, constantValue } = attrsOf<tfTypes.PadV2Attrs>(call);
    return call.build.pad(call.input('x'), paddings, constantValue);
  },
  Reshape: (call) => {
    const x = call.input('x');
    const { shape } = attrsOf<tfTypes.ReshapeAttrs>(call);
    const known = shape.reduce((size, extent) => (extent === -1 ? size : size * extent), 1);
    return call.build.reshape(
      x,
      shape.map((extent) => (extent === -1 ? sizeOf(x.shape) / known : extent)),
    );
  },
  Reverse: (call) => {
    const x = call.input('x');
    return call.build.reverse(x, resolveAxes(attrsOf<tfTypes.ReverseAttrs>(call).dims, x.shape.length));
  },
  Slice: (call) => {
    const x = call.input('x');
    const { begin, size } = sliceBounds(x, attrsOf<tfTypes.SliceAttrs>(call));
    return call.build.slice(x, begin, size);
  },
  SplitV: split,
  StridedSlice: stridedSlice,
  Tile: (call) => call.build.tile(call.input('x'), attrsOf<tfTypes.TileAttrs>(call).reps),
  Transpose: (call) => call.build.transpose(call.input('x'), attrsOf<tfTypes.TransposeAttrs>(call).perm),
  Unpack: (call) => {
    const x = call.input('value');
    const axis = axisOf(attrsOf<tfTypes.UnpackAttrs>(call).axis, x.shape.length);
    const rest = x.shape.filter((_, other) => other !== axis);
    return Array.from({ length: x.shape[axis] as number }, (_, index) => {
      const one = call.build.slice(
        x,
        x.shape.map((_, other) => (other === axis ? index : 0)),
        x.shape.map((extent, other) => (other === axis ? 1 : extent)),
      );
      return call.build.reshape(one, rest);
    });
  },
};
