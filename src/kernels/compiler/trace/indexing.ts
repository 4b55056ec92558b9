import type * as tfTypes from '../../tf.ts';
import { sizeOf } from '../index-map.ts';
import { attrsOf, type KernelCall, type LoweringTable } from './lowering.ts';
import { resolveAxes, type Shaped } from './shaped-builder.ts';

function gather(call: KernelCall): Shaped {
  const { build } = call;
  const { axis: given, batchDims } = attrsOf<tfTypes.GatherV2Attrs>(call);
  if (batchDims !== 0) throw new Error(`batchDims ${batchDims} is not supported`);
  const x = call.input('x');
  const indices = call.input('indices');
  if (build.dtype(indices) !== 'int32') throw new Error(`indices must be int32, not ${build.dtype(indices)}`);
  const [axis] = resolveAxes([given], x.shape.length) as [number];
  const outer = sizeOf(x.shape.slice(0, axis));
  const inner = sizeOf(x.shape.slice(axis + 1));
  const count = sizeOf(indices.shape);
  // The gathered axis in front, so that an entry of it is one row of a table.
  const table = build.transpose(build.reshape(x, [outer, x.shape[axis] as number, inner]), [1, 0, 2]);
  const rows: Shaped = { id: build.flat.gather(table.id, indices.id, outer * inner), shape: [count, outer, inner] };
  return build.reshape(build.transpose(rows, [1, 0, 2]), [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)]);
}

function oneHot(call: KernelCall): Shaped {
  const { build } = call;
  const { depth, onValue, offValue, dtype = 'int32' } = attrsOf<tfTypes.OneHotAttrs>(call);
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') throw new Error(`there are no ${dtype} values`);
  const indices = call.input('indices');
  const shape = [...indices.shape, depth];
  const hits = build.binary(
    'eq',
    build.reshape(build.cast(indices, 'int32'), [...indices.shape, 1]),
    build.positions(shape, indices.shape.length),
  );
  return build.select(hits, build.constant(onValue, shape, dtype), build.constant(offValue, shape, dtype));
}

export const indexing: LoweringTable = {
  GatherV2: gather,
  OneHot: oneHot,
  UnsortedSegmentSum: (call) => {
    const { numSegments } = attrsOf<tfTypes.UnsortedSegmentSumAttrs>(call);
    const x = call.build.cast(call.input('x'), 'float32');
    const ids = call.input('segmentIds');
    const rest = x.shape.slice(ids.shape.length);
    return { id: call.build.flat.segmentSum(x.id, ids.id, numSegments, sizeOf(rest)), shape: [numSegments, ...rest] };
  },
};
