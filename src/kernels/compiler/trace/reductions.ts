import type * as tfTypes from '../../tf.ts';
import { indexMap, sizeOf } from '../index-map.ts';
import { attrsOf, type KernelCall, type Lowering, type LoweringTable } from './lowering.ts';
import { resolveAxes, type Shaped, type ShapedBuilder } from './shaped-builder.ts';

interface ReduceAttrs {
  readonly axis: number | readonly number[];
  readonly keepDims: boolean;
}

const axisAndKeep = (call: KernelCall): [axis: number | readonly number[], keepDims: boolean] => {
  const { axis, keepDims } = attrsOf<ReduceAttrs>(call);
  return [axis, keepDims];
};

const numeric = (build: ShapedBuilder, x: Shaped): Shaped => (build.dtype(x) === 'bool' ? build.cast(x, 'int32') : x);

/** All and Any: the smallest or largest of the truth values. */
const truth =
  (fn: 'min' | 'max'): Lowering =>
  (call) => {
    const numbers = call.build.cast(call.build.cast(call.input('x'), 'bool'), 'float32');
    return call.build.cast(call.build.reduce(fn, numbers, ...axisAndKeep(call)), 'bool');
  };

const extremum =
  (fn: 'max' | 'min'): Lowering =>
  (call) => {
    // These two name the attribute differently from version to version.
    const { axis, reductionIndices, keepDims } = attrsOf<Partial<ReduceAttrs> & Partial<tfTypes.MaxAttrs>>(call);
    return call.build.reduce(fn, numeric(call.build, call.input('x')), reductionIndices ?? axis, keepDims);
  };

/** The first position of the extremum: the smallest position whose entry equals it. */
const argExtremum =
  (fn: 'max' | 'min'): Lowering =>
  (call) => {
    const { build } = call;
    const x = numeric(build, call.input('x'));
    const [axis] = resolveAxes([attrsOf<tfTypes.ArgMaxAttrs>(call).axis].flat(), x.shape.length) as [number];
    const last = (x.shape[axis] as number) - 1;
    const best = build.reduce(fn, x, axis, true);
    // Nothing equals NaN: then it is the last position, so that it always names an entry.
    const positions = build.select(build.binary('eq', x, best), build.positions(x.shape, axis), last);
    return build.reduce('min', positions, axis);
  };

/** Products by halves: element i times element i + half, until one is left. */
function product(build: ShapedBuilder, x: Shaped, axes: readonly number[], keepDims: boolean): Shaped {
  const kept = resolveAxes(null, x.shape.length).filter((axis) => !axes.includes(axis));
  const rows = kept.reduce((size, axis) => size * (x.shape[axis] as number), 1);
  let left = build.reshape(build.transpose(x, [...kept, ...axes]), [rows, sizeOf(x.shape) / rows]);
  while ((left.shape[1] as number) > 1) {
    const count = left.shape[1] as number;
    const half = Math.ceil(count / 2);
    const upper = build.pad(
      build.slice(left, [0, half], [rows, count - half]),
      [
        [0, 0],
        [0, 2 * half - count],
      ],
      1,
    );
    left = build.binary('mul', build.slice(left, [0, 0], [rows, half]), upper);
  }
  return build.reshape(
    left,
    keepDims ? x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)) : kept.map((axis) => x.shape[axis] as number),
  );
}

/**
 * Entry i of the sum is the sum of all entries j that it covers: a square view with zeros where j is not covered. A product with a
 * triangular matrix would carry a NaN to entries that do not cover it.
 */
function cumulativeSum(call: KernelCall): Shaped {
  const { build } = call;
  const x = numeric(build, call.input('x'));
  const { axis: given, exclusive, reverse } = attrsOf<tfTypes.CumsumAttrs>(call);
  const [axis] = resolveAxes([given], x.shape.length) as [number];
  const extent = x.shape[axis] as number;
  const outer = sizeOf(x.shape.slice(0, axis));
  const inner = sizeOf(x.shape.slice(axis + 1));
  const sign = reverse ? -1 : 1;
  // Digits: outer, i, inner, j. Covered: sign * (i - j) >= 0, or >= 1 if exclusive.
  const covered = { coefficients: [0, sign, 0, -sign], offset: exclusive ? -1 : 0, extent };
  const map = indexMap([outer, extent, inner, extent], [extent * inner, 0, 1, inner], 0, [covered]);
  const square = build.view(x, map, [...x.shape, extent]);
  return build.reduce('sum', square, x.shape.length);
}

export const reductions: LoweringTable = {
  All: truth('min'),
  Any: truth('max'),
  ArgMax: argExtremum('max'),
  ArgMin: argExtremum('min'),
  Cumsum: cumulativeSum,
  Max: extremum('max'),
  Mean: (call) => {
    const x = call.build.cast(call.input('x'), 'float32');
    const [axis, keepDims] = axisAndKeep(call);
    const sum = call.build.reduce('sum', x, axis, keepDims);
    return call.build.binary('div', sum, sizeOf(x.shape) / sizeOf(sum.shape));
  },
  Min: extremum('min'),
  Prod: (call) => {
    const x = numeric(call.build, call.input('x'));
    const [axis, keepDims] = axisAndKeep(call);
    return product(call.build, x, resolveAxes(axis, x.shape.length), keepDims);
  },
  Softmax: (call) => {
    const { build } = call;
    const x = call.input('logits');
    const { dim } = attrsOf<tfTypes.SoftmaxAttrs>(call);
    const powers = build.unary('exp', build.binary('sub', x, build.reduce('max', x, [dim], true)));
    return build.binary('div', powers, build.reduce('sum', powers, [dim], true));
  },
  Sum: (call) => call.build.reduce('sum', numeric(call.build, call.input('x')), ...axisAndKeep(call)),
};
