import type * as tfTypes from '../../tf.ts';
import { attrsOf, type LoweringTable } from './lowering.ts';
import type { Shaped, ShapedBuilder } from './shaped-builder.ts';

const filled = (build: ShapedBuilder, x: Shaped, value: 0 | 1): Shaped => build.constant(value, x.shape, build.dtype(x));

export const creation: LoweringTable = {
  Fill: (call) => {
    const { shape, value, dtype } = attrsOf<tfTypes.FillAttrs>(call);
    if (typeof value !== 'number' || (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool' && dtype !== undefined))
      throw new Error(`there are no ${dtype} values`);
    return call.build.constant(value, shape, dtype);
  },
  LinSpace: (call) => {
    const { start, stop, num } = attrsOf<tfTypes.LinSpaceAttrs>(call);
    const step = num === 1 ? 0 : (stop - start) / (num - 1);
    return call.build.constant(
      Array.from({ length: num }, (_, index) => start + index * step),
      [num],
    );
  },
  OnesLike: (call) => filled(call.build, call.input('x'), 1),
  Range: (call) => {
    const { start, stop, step, dtype } = attrsOf<tfTypes.RangeAttrs>(call);
    const size = start === stop ? 0 : Math.max(0, Math.ceil((stop - start) / step));
    if (start === 0 && step === 1 && dtype === 'int32') return { id: call.build.flat.iota(size), shape: [size] };
    return call.build.constant(
      Array.from({ length: size }, (_, index) => start + index * step),
      [size],
      dtype,
    );
  },
  ZerosLike: (call) => filled(call.build, call.input('x'), 0),
};
