import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { counterUniform } from '../../counter-uniform.ts';
import * as tf from '../../tf.ts';
import { registerCustomKernel } from '../custom-kernels.ts';
import { customOp } from '../custom-op.ts';
import { interpret } from '../interpret.ts';
import { kernels } from './kernels.ts';
import { type CaseInput, computeEagerly, differences, type OpCase, randomInputs, traceCase } from './testing/op-case.ts';
import { TraceBackend } from './trace-backend.ts';

const x = (...shape: number[]) => ({ x: { shape } });
const positive = (...shape: number[]) => ({ x: { shape, low: 0.2, high: 3 } });
const int = (shape: number[], high: number, low = 0): CaseInput => ({ shape, dtype: 'int32', low, high });

const of = (name: string, f: (x: tf.Tensor) => tf.Tensor | tf.Tensor[], more: Partial<OpCase> = {}): OpCase => ({
  name,
  inputs: x(3, 5),
  f: (t) => f(t.x as tf.Tensor),
  ...more,
});

const elementwise: readonly OpCase[] = [
  of('abs', (t) => t.abs()),
  of('addN', (t) => tf.addN([t, t.exp(), t])),
  of('ceil', (t) => t.ceil()),
  of('clipByValue', (t) => t.clipByValue(-0.5, 0.7)),
  of('cos', (t) => t.cos()),
  of('cosh', (t) => t.cosh()),
  of('elu', (t) => t.elu()),
  of('erf', (t) => t.erf()),
  of('exp', (t) => t.exp()),
  of('expm1', (t) => t.expm1()),
  of('floor', (t) => t.floor()),
  of('isFinite', (t) => t.div(t.mul(0.5).round()).isFinite(), { gradient: 'none' }),
  of('isInf', (t) => t.div(t.mul(0.5).round()).isInf(), { gradient: 'none' }),
  of('isNaN', (t) => t.sqrt().isNaN(), { gradient: 'none' }),
  of('leakyRelu', (t) => t.leakyRelu(0.3)),
  of('log', (t) => t.log(), { inputs: positive(4) }),
  of('log1p', (t) => t.log1p(), { inputs: positive(4) }),
  of('logSigmoid', (t) => t.logSigmoid()),
  of('neg', (t) => t.neg()),
  of('reciprocal', (t) => t.reciprocal()),
  of('relu', (t) => t.relu()),
  of('relu6', (t) => t.mul(5).relu6()),
  of('relu of a relu', (t) => t.relu().relu().mul(t)),
  of('round', (t) => t.mul(2).round()),
  of('round of halves', (t) => t.div(2).round(), { inputs: { x: int([9], 5, -4) }, gradient: 'none' }),
  of('rsqrt', (t) => t.rsqrt(), { inputs: positive(4) }),
  of('selu', (t) => t.selu()),
  of('sigmoid', (t) => t.mul(4).sigmoid()),
  of('sign', (t) => t.sign()),
  of('sin', (t) => t.sin()),
  of('sinh', (t) => t.sinh()),
  of('softplus', (t) => t.mul(20).softplus()),
  of('sqrt', (t) => t.sqrt(), { inputs: positive(4) }),
  of('square', (t) => t.square()),
  of('step', (t) => t.step(0.25)),
  of('tan', (t) => t.mul(0.5).tan()),
  of('tanh', (t) => t.tanh()),
  of('a scalar', (t) => t.exp().add(1), { inputs: x() }),
  of('int32 arithmetic', (t) => t.mul(tf.scalar(3, 'int32')).add(tf.scalar(-7, 'int32')).square().neg().abs(), {
    inputs: { x: int([6], 4, -4) },
    gradient: 'none',
  }),
  of('int32 division', (t) => t.floorDiv(tf.scalar(3, 'int32')), { inputs: { x: int([9], 9, -9) }, gradient: 'none' }),
  of('casts', (t) => t.mul(3).cast('int32').cast('bool').cast('int32').cast('float32').add(t.cast('bool').cast('float32')), {
    gradient: 'none',
  }),
  of('bools as numbers', (t) => t.cast('bool').mul(t).add(t.equal(1).sum()), {
    inputs: { x: int([9], 3, -1) },
    gradient: 'none',
  }),
];

/** Equal shapes, broadcasting of either operand, extents of 1, and both at once. */
const SHAPES: readonly (readonly [number[], number[]])[] = [
  [
    [3, 4],
    [3, 4],
  ],
  [
    [2, 3, 4],
    [3, 1],
  ],
  [
    [1, 4],
    [3, 1],
  ],
  [[], [2, 3]],
  [
    [2, 1, 3, 1],
    [1, 4, 1, 5],
  ],
  [
    [1, 1, 1],
    [1, 1],
  ],
];

const binaryOps: Readonly<Record<string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor>> = {
  add: (a, b) => a.add(b),
  sub: (a, b) => a.sub(b),
  mul: (a, b) => a.mul(b),
  div: (a, b) => a.div(b.square().add(0.5)),
  maximum: (a, b) => a.maximum(b),
  minimum: (a, b) => a.minimum(b),
  squaredDifference: (a, b) => a.squaredDifference(b),
  pow: (a, b) => a.abs().add(0.1).pow(b),
  mod: (a, b) => a.mod(b.square().add(0.5)),
  floorDiv: (a, b) => a.floorDiv(b.square().add(0.5)),
};

/**
 * floorDiv has steps, and TensorFlow.js's gradient is that of the plain quotient. The gradients of some others do not sum over the axes
 * along which an operand was broadcast, and TensorFlow.js refuses them.
 */
function hasGradient(name: string, a: readonly number[], b: readonly number[]): boolean {
  const isBroadcast = a.join() !== b.join();
  return name !== 'floorDiv' && !(isBroadcast && ['maximum', 'minimum', 'squaredDifference'].includes(name));
}

const comparisons: Readonly<Record<string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor>> = {
  equal: (a, b) => a.equal(b),
  notEqual: (a, b) => a.notEqual(b),
  less: (a, b) => a.less(b),
  lessEqual: (a, b) => a.lessEqual(b),
  greater: (a, b) => a.greater(b),
  greaterEqual: (a, b) => a.greaterEqual(b),
  logicalAnd: (a, b) => a.cast('bool').logicalAnd(b.cast('bool')),
  logicalOr: (a, b) => a.cast('bool').logicalOr(b.cast('bool')),
  logicalXor: (a, b) => a.cast('bool').logicalXor(b.cast('bool')),
  logicalNot: (a, b) => a.add(b).cast('bool').logicalNot(),
};

const binary: readonly OpCase[] = SHAPES.flatMap(([a, b]) => [
  ...Object.entries(binaryOps).map(([name, f]) => ({
    name: `${name} (${a}) (${b})`,
    inputs: { a: { shape: a }, b: { shape: b } },
    f: (t: Readonly<Record<string, tf.Tensor>>) => f(t.a as tf.Tensor, t.b as tf.Tensor),
    ...(hasGradient(name, a, b) ? {} : { gradient: 'none' as const }),
  })),
  ...Object.entries(comparisons).map(([name, f]) => ({
    name: `${name} (${a}) (${b})`,
    inputs: { a: int(a, 3), b: int(b, 3) },
    f: (t: Readonly<Record<string, tf.Tensor>>) => f(t.a as tf.Tensor, t.b as tf.Tensor),
    gradient: 'none' as const,
  })),
  {
    name: `where (${a}) (${b})`,
    inputs: { c: { shape: b, dtype: 'bool' }, a: { shape: a }, b: { shape: b } },
    f: (t) => tf.where(t.c as tf.Tensor, t.a as tf.Tensor, t.b as tf.Tensor),
  },
]);

const selects: readonly OpCase[] = [
  {
    name: 'prelu',
    inputs: { x: { shape: [3, 4] }, alpha: { shape: [4] } },
    f: (t) => tf.prelu(t.x as tf.Tensor, t.alpha as tf.Tensor),
  },
  {
    name: 'where by a scalar condition',
    inputs: { c: { shape: [], dtype: 'bool' }, a: { shape: [2, 2] }, b: { shape: [2, 2] } },
    f: (t) => tf.where(t.c as tf.Tensor, t.a as tf.Tensor, t.b as tf.Tensor),
  },
];

const AXES: readonly (readonly [number[], number | number[] | undefined])[] = [
  [[2, 3, 4], undefined],
  [[2, 3, 4], 0],
  [[2, 3, 4], 1],
  [[2, 3, 4], -1],
  [
    [2, 3, 4],
    [0, 2],
  ],
  [
    [2, 3, 4],
    [0, 1],
  ],
  [
    [2, 3, 4],
    [1, 2],
  ],
  [
    [2, 1, 4],
    [0, 1, 2],
  ],
  [[1, 1], 0],
  [[5], 0],
  [[], undefined],
  [
    [2, 3, 2, 2],
    [1, 3],
  ],
];

const reductions: readonly OpCase[] = AXES.flatMap(([shape, axis]) =>
  [false, true].flatMap((keepDims) => [
    ...(['sum', 'mean', 'max', 'min'] as const).map((name) =>
      of(`${name} (${shape}) over ${axis}, ${keepDims}`, (t) => t[name](axis, keepDims), { inputs: x(...shape) }),
    ),
    // The gradient of a product needs cumulative products.
    of(`prod (${shape}) over ${axis}, ${keepDims}`, (t) => t.prod(axis, keepDims), { inputs: x(...shape), gradient: 'none' }),
    of(`logSumExp (${shape}) over ${axis}, ${keepDims}`, (t) => t.logSumExp(axis, keepDims), { inputs: x(...shape) }),
    ...(['all', 'any'] as const).map((name) =>
      of(`${name} (${shape}) over ${axis}, ${keepDims}`, (t) => t.cast('bool')[name](axis as number, keepDims), {
        inputs: { x: int(shape, 2) },
        gradient: 'none' as const,
      }),
    ),
  ]),
);

const rows: readonly OpCase[] = [
  of('softmax', (t) => t.softmax()),
  of('softmax of a row', (t) => t.softmax(), { inputs: x(1, 4) }),
  of('logSoftmax', (t) => t.logSoftmax(-1), { inputs: x(2, 3, 4) }),
  of('logSoftmax of one column', (t) => t.logSoftmax(-1), { inputs: x(3, 1) }),
  of('sum of int32', (t) => t.sum(1), { inputs: { x: int([3, 4], 5, -5) }, gradient: 'none' }),
  of('max of int32', (t) => t.max(0), { inputs: { x: int([3, 4], 5, -5) }, gradient: 'none' }),
  ...[0, 1, 2].flatMap((axis) => [
    // Few values, so that the first of equals is told from the others.
    of(`argMax of equals over ${axis}`, (t) => t.argMax(axis), { inputs: { x: int([3, 4, 5], 3) }, gradient: 'none' }),
    of(`argMin of equals over ${axis}`, (t) => t.argMin(axis), { inputs: { x: int([3, 4, 5], 3) }, gradient: 'none' }),
    of(`argMax over ${axis}`, (t) => t.argMax(axis), { inputs: x(2, 1, 4), gradient: 'none' }),
    ...[false, true].flatMap((exclusive) =>
      [false, true].map((reverse) =>
        of(`cumsum over ${axis}, exclusive ${exclusive}, reverse ${reverse}`, (t) => t.cumsum(axis, exclusive, reverse), {
          inputs: x(2, 3, 4),
          // Off the last axis, TensorFlow.js's gradient has its axes exchanged.
          gradient: axis === 2 ? 'both' : 'none',
        }),
      ),
    ),
  ]),
];

const views: readonly OpCase[] = [
  of('reshape', (t) => t.reshape([5, 3]).exp()),
  of('expandDims and squeeze', (t) => t.expandDims(1).expandDims(-1).squeeze([1])),
  of('flatten', (t) => t.flatten()),
  ...[
    [0, 2, 1],
    [2, 1, 0],
    [1, 2, 0],
  ].map((order) => of(`transpose ${order}`, (t) => t.transpose(order), { inputs: x(2, 3, 4) })),
  of('transpose of extents of 1', (t) => t.transpose([2, 0, 1]), { inputs: x(1, 3, 1) }),
  of('transpose of a transpose of a reshape', (t) => t.transpose([1, 0, 2]).reshape([6, 4]).transpose(), { inputs: x(2, 3, 4) }),
  of('slice', (t) => t.slice([1, 0, 2], [1, 2, -1]), { inputs: x(2, 3, 4) }),
  of('slice of the first axis', (t) => t.slice(1, 1)),
  of('slice of a slice', (t) => t.slice([0, 1], [3, 3]).slice([1, 1], [2, 2])),
  of('stridedSlice', (t) => t.stridedSlice([0, 1], [3, 5], [2, 3]), { gradient: 'none' }),
  of('stridedSlice backwards', (t) => t.stridedSlice([2, -1], [0, -6], [-1, -2]), { gradient: 'none' }),
  // Stride 1: with others, the CPU backend loses count of the dropped axis.
  of('stridedSlice with dropped and new axes', (t) => t.stridedSlice([0, 1, 0], [0, 1, 4], [1, 1, 1], 0, 0, 0, 1, 2), { gradient: 'none' }),
  of('pad', (t) =>
    t.pad(
      [
        [1, 2],
        [0, 3],
      ],
      1.5,
    ),
  ),
  of(
    'mirrorPad reflect',
    (t) =>
      tf.mirrorPad(
        t,
        [
          [2, 1],
          [0, 3],
        ],
        'reflect',
      ),
    { gradient: 'none' },
  ),
  of(
    'mirrorPad symmetric',
    (t) =>
      tf.mirrorPad(
        t,
        [
          [2, 3],
          [1, 0],
        ],
        'symmetric',
      ),
    { gradient: 'none' },
  ),
  of('tile', (t) => t.tile([2, 3])),
  of('tile of extents of 1', (t) => t.tile([1, 4, 2]), { inputs: x(1, 1, 3) }),
  of('broadcastTo', (t) => t.broadcastTo([4, 3, 5])),
  of('reverse', (t) => t.reverse([0, 1])),
  of('reverse of one axis', (t) => t.reverse(1), { inputs: x(2, 3, 4) }),
  ...[0, 1, 2].flatMap((axis) => [
    of(`concat along ${axis}`, (t) => t.concat([t.exp(), t.square()], axis), { inputs: x(2, 3, 4) }),
    of(`split along ${axis}`, (t) => tf.split(t, t.shape[axis] as number, axis), { inputs: x(2, 3, 4) }),
    of(`stack along ${axis}`, (t) => tf.stack([t, t.exp()], axis)),
  ]),
  of('stack along the last', (t) => tf.stack([t, t.exp()], 2)),
  of('split into uneven pieces', (t) => tf.split(t, [1, 3, 1], 1)),
  of('split with an open size', (t) => tf.split(t, [2, -1], 1)),
  of('unstack', (t) => tf.unstack(t, 1)),
  of(
    'patches of an image',
    (t) => {
      const padded = t.pad([
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ]);
      const taps = [0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => padded.slice([0, row, column, 0], [2, 4, 3, 2])));
      return tf.concat(taps, 3).reshape([24, 18]);
    },
    { inputs: x(2, 4, 3, 2) },
  ),
  of('depthToSpace', (t) => tf.depthToSpace(t as tf.Tensor4D, 2), { inputs: x(2, 2, 3, 8), gradient: 'none' }),
];

const creation: readonly OpCase[] = [
  of('zerosLike and onesLike', (t) => t.add(tf.onesLike(t)).mul(tf.zerosLike(t).add(2))),
  of('fill', (t) => t.add(tf.fill([3, 5], 0.5)).add(tf.fill([5], 2, 'int32'))),
  of('range and linspace', (t) =>
    t
      .mul(tf.range(0, 5))
      .add(tf.linspace(-1, 1, 5))
      .add(tf.range(0, 10, 2, 'int32')),
  ),
  of('an index range', (t) => t.mul(tf.range(0, 5, 1, 'int32').cast('float32'))),
  of('tensors of host values', (t) =>
    t
      .mul(tf.tensor2d([[1], [2], [3]]))
      .add(tf.scalar(2))
      .mul(tf.tensor1d([true, false, true, true, false], 'bool')),
  ),
];

const matmuls: readonly OpCase[] = [false, true].flatMap((transposeA) =>
  [false, true].flatMap((transposeB) =>
    [
      [[], []],
      [[2], [2]],
      [[1], [1]],
      [
        [2, 3],
        [2, 3],
      ],
    ].map(([left, right]): OpCase => {
      const [a, b] = [transposeA ? [5, 4] : [4, 5], transposeB ? [3, 5] : [5, 3]];
      return {
        name: `matMul (${[...(left as number[]), ...a]}) (${[...(right as number[]), ...b]}) ${transposeA} ${transposeB}`,
        inputs: { a: { shape: [...(left as number[]), ...a] }, b: { shape: [...(right as number[]), ...b] } },
        f: (t) => tf.matMul(t.a as tf.Tensor, t.b as tf.Tensor, transposeA, transposeB),
      };
    }),
  ),
);

/** A broadcast operand must not be differentiated: TensorFlow.js's gradient cannot do it. */
const broadcastMatmuls: readonly OpCase[] = [false, true].flatMap((transpose) => {
  const a = transpose ? [5, 4] : [4, 5];
  const b = transpose ? [3, 5] : [5, 3];
  const product = (t: Readonly<Record<string, tf.Tensor>>): tf.Tensor =>
    tf.matMul(t.a as tf.Tensor, t.b as tf.Tensor, transpose, transpose);
  return [
    {
      name: `matMul of shared rows, ${transpose}`,
      inputs: { a: { shape: [1, ...a], isFixed: true }, b: { shape: [3, ...b] } },
      f: product,
    },
    {
      name: `matMul by a shared matrix, ${transpose}`,
      inputs: { a: { shape: [3, ...a] }, b: { shape: [1, ...b], isFixed: true } },
      f: product,
    },
    {
      name: `matMul of rank 4 and 3, ${transpose}`,
      inputs: { a: { shape: [2, 3, ...a] }, b: { shape: [1, ...b], isFixed: true } },
      f: product,
    },
    { name: `matMul with extents of 1, ${transpose}`, inputs: { a: { shape: [2, 1, 1] }, b: { shape: [2, 1, 1] } }, f: product },
  ];
});

const fusedMatmuls: readonly OpCase[] = (['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const).map((activation) => ({
  name: `fused matMul with ${activation}`,
  inputs: { a: { shape: [4, 5] }, b: { shape: [5, 3] }, bias: { shape: [3] } },
  f: (t) => tf.fused.matMul({ a: t.a as tf.Tensor2D, b: t.b as tf.Tensor2D, bias: t.bias as tf.Tensor, activation, leakyreluAlpha: 0.3 }),
  // TensorFlow.js has fused gradients for linear, relu and relu6.
  gradient: activation === 'linear' || activation === 'relu' || activation === 'relu6' ? 'both' : 'none',
}));

const indexing: readonly OpCase[] = [
  ...[0, 1, 2].flatMap((axis) => [
    {
      name: `gather along ${axis}`,
      inputs: { x: { shape: [3, 4, 2] }, i: int([5], 2) },
      f: (t: Readonly<Record<string, tf.Tensor>>) => tf.gather(t.x as tf.Tensor, t.i as tf.Tensor1D, axis),
    },
    {
      name: `gather by a matrix of indices along ${axis}`,
      inputs: { x: { shape: [2, 3, 4] }, i: int([2, 3], 2) },
      f: (t: Readonly<Record<string, tf.Tensor>>) => tf.gather(t.x as tf.Tensor, t.i as tf.Tensor, axis),
    },
  ]),
  {
    name: 'gather from a table with one row',
    inputs: { x: { shape: [1, 3] }, i: int([4], 1) },
    f: (t) => tf.gather(t.x as tf.Tensor, t.i as tf.Tensor),
  },
  {
    name: 'unsortedSegmentSum',
    inputs: { x: { shape: [5, 2] }, i: int([5], 3) },
    f: (t) => tf.unsortedSegmentSum(t.x as tf.Tensor, t.i as tf.Tensor1D, 4),
    gradient: 'none',
  },
  {
    name: 'oneHot',
    inputs: { x: { shape: [2, 3] }, i: int([2, 3], 5, -1) },
    f: (t) =>
      tf
        .oneHot(t.i as tf.Tensor, 4, 2, -1)
        .cast('float32')
        .mul((t.x as tf.Tensor).expandDims(2)),
  },
];

const POOLS: readonly { size: [number, number]; strides: [number, number]; pad: 'valid' | 'same' | number; shape: number[] }[] = [
  { size: [2, 2], strides: [2, 2], pad: 'valid', shape: [2, 4, 6, 3] },
  { size: [2, 2], strides: [2, 2], pad: 'valid', shape: [1, 5, 5, 2] },
  { size: [2, 2], strides: [2, 2], pad: 'same', shape: [1, 5, 5, 2] },
  { size: [3, 3], strides: [2, 2], pad: 'same', shape: [2, 5, 6, 1] },
  { size: [3, 2], strides: [1, 2], pad: 'valid', shape: [1, 5, 6, 2] },
  { size: [2, 3], strides: [2, 1], pad: 1, shape: [1, 4, 4, 2] },
  { size: [1, 1], strides: [2, 2], pad: 'valid', shape: [1, 3, 3, 1] },
];
const isPadded = ({ pad }: (typeof POOLS)[number]): boolean => pad !== 'valid';

const pooling: readonly OpCase[] = POOLS.flatMap((pool): OpCase[] => {
  const { size, strides, pad, shape } = pool;
  return [
    of(`maxPool ${JSON.stringify(pool)}`, (t) => tf.maxPool(t as tf.Tensor4D, size, strides, pad), { inputs: x(...shape) }),
    of(`maxPool of equals ${JSON.stringify(pool)}`, (t) => tf.maxPool(t.cast('int32').cast('float32') as tf.Tensor4D, size, strides, pad), {
      inputs: { x: { shape, low: 0, high: 3 } },
      gradient: 'eager',
    }),
    of(`avgPool ${JSON.stringify(pool)}`, (t) => tf.avgPool(t as tf.Tensor4D, size, strides, pad), {
      inputs: x(...shape),
      // The backends divide by the whole window where padding cuts it.
      gradient: isPadded(pool) ? 'differences' : 'both',
    }),
  ];
});

const CONVOLUTIONS: readonly { filter: [number, number]; strides: [number, number]; pad: 'valid' | 'same' | number; shape: number[] }[] = [
  { filter: [3, 3], strides: [1, 1], pad: 'same', shape: [2, 4, 5, 2] },
  { filter: [3, 2], strides: [1, 1], pad: 'valid', shape: [1, 4, 5, 3] },
  { filter: [3, 3], strides: [2, 2], pad: 'same', shape: [2, 5, 6, 1] },
  { filter: [2, 3], strides: [2, 1], pad: 1, shape: [1, 5, 4, 2] },
  { filter: [1, 1], strides: [1, 1], pad: 'valid', shape: [2, 3, 3, 2] },
];

const convolution: readonly OpCase[] = CONVOLUTIONS.flatMap((spec): OpCase[] => {
  const { filter, strides, pad, shape } = spec;
  const channels = shape[3] as number;
  return [
    {
      name: `conv2d ${JSON.stringify(spec)}`,
      inputs: { x: { shape }, w: { shape: [...filter, channels, 3] } },
      f: (t) => tf.conv2d(t.x as tf.Tensor4D, t.w as tf.Tensor4D, strides, pad),
    },
    {
      name: `depthwiseConv2d ${JSON.stringify(spec)}`,
      inputs: { x: { shape }, w: { shape: [...filter, channels, 2] } },
      f: (t) => tf.depthwiseConv2d(t.x as tf.Tensor4D, t.w as tf.Tensor4D, strides, pad),
    },
    {
      name: `fused conv2d ${JSON.stringify(spec)}`,
      inputs: { x: { shape }, w: { shape: [...filter, channels, 3] }, b: { shape: [3] } },
      f: (t) =>
        tf.fused.conv2d({ x: t.x as tf.Tensor4D, filter: t.w as tf.Tensor4D, strides, pad, bias: t.b as tf.Tensor1D, activation: 'relu' }),
    },
    {
      name: `fused depthwiseConv2d ${JSON.stringify(spec)}`,
      inputs: { x: { shape }, w: { shape: [...filter, channels, 1] }, b: { shape: [channels] } },
      f: (t) =>
        tf.fused.depthwiseConv2d({
          x: t.x as tf.Tensor4D,
          filter: t.w as tf.Tensor4D,
          strides,
          pad,
          bias: t.b as tf.Tensor1D,
          activation: 'elu',
        }),
      gradient: 'none',
    },
  ];
});

const dilated: readonly OpCase[] = [
  {
    name: 'dilated conv2d',
    inputs: { x: { shape: [1, 6, 6, 2] }, w: { shape: [2, 3, 2, 2] } },
    f: (t) => tf.conv2d(t.x as tf.Tensor4D, t.w as tf.Tensor4D, 1, 'same', 'NHWC', [2, 2]),
    gradient: 'none',
  },
  {
    name: 'conv2dTranspose',
    inputs: { x: { shape: [1, 3, 3, 2] }, w: { shape: [3, 3, 4, 2] } },
    f: (t) => tf.conv2dTranspose(t.x as tf.Tensor4D, t.w as tf.Tensor4D, [1, 6, 6, 4], 2, 'same'),
  },
];

const SIZES: readonly (readonly [[number, number], boolean, boolean])[] = [
  [[8, 12], false, false],
  [[8, 12], false, true],
  [[7, 6], true, false],
  [[5, 2], false, false],
  [[4, 3], false, false],
  [[1, 1], true, false],
];

const resizing: readonly OpCase[] = SIZES.flatMap(([size, alignCorners, halfPixelCenters]): OpCase[] => {
  // The CPU backend's gradients ignore halfPixelCenters, and want one square image.
  const gradient = halfPixelCenters ? 'differences' : 'both';
  return [
    of(
      `resizeBilinear ${size} ${alignCorners} ${halfPixelCenters}`,
      (t) => tf.image.resizeBilinear(t as tf.Tensor4D, size, alignCorners, halfPixelCenters),
      {
        inputs: x(1, 4, 4, 2),
        gradient,
      },
    ),
    of(
      `resizeNearestNeighbor ${size} ${alignCorners} ${halfPixelCenters}`,
      (t) => tf.image.resizeNearestNeighbor(t as tf.Tensor4D, size, alignCorners, halfPixelCenters),
      { inputs: x(1, 4, 4, 2), gradient },
    ),
  ];
});

const normalization: readonly OpCase[] = [
  {
    name: 'batchNorm',
    inputs: {
      x: { shape: [2, 3, 3, 4] },
      mean: { shape: [4] },
      variance: { shape: [4], low: 0.5, high: 2 },
      offset: { shape: [4] },
      scale: { shape: [4] },
    },
    f: (t) =>
      tf.batchNorm(
        t.x as tf.Tensor4D,
        t.mean as tf.Tensor1D,
        t.variance as tf.Tensor1D,
        t.offset as tf.Tensor1D,
        t.scale as tf.Tensor1D,
        0.01,
      ),
  },
  {
    name: 'batchNorm without offset and scale',
    inputs: { x: { shape: [5, 4] }, mean: { shape: [4] }, variance: { shape: [4], low: 0.5, high: 2 } },
    f: (t) => tf.batchNorm(t.x as tf.Tensor2D, t.mean as tf.Tensor1D, t.variance as tf.Tensor1D),
    gradient: 'none',
  },
  of('statistics of a batch', (t) => {
    const { mean, variance } = tf.moments(t, 0);
    return t.sub(mean).div(variance.add(0.1).sqrt());
  }),
];

const random: readonly OpCase[] = [
  {
    name: 'counterUniform',
    inputs: { x: { shape: [1, 3, 5] }, seed: int([1], 1000), step: int([], 1000) },
    f: (t) => (t.x as tf.Tensor).mul(counterUniform(t.seed as tf.Tensor, t.step as tf.Tensor, 3, [3, 5])),
  },
];

/** y_i = sum of x_j for j <= i, weighted by attribute `scale`; its gradient is the same from the other end. */
registerCustomKernel({
  name: 'test:runningSum',
  interpret: ([values], { scale, isReverse }) => {
    const list = isReverse ? [...(values as Float64Array)].reverse() : [...(values as Float64Array)];
    let sum = 0;
    const sums = list.map((value) => {
      sum += value;
      return sum * (scale as number);
    });
    return Float64Array.from(isReverse ? sums.reverse() : sums);
  },
});

const runningSum = tf.customGrad((t) => {
  const operand = t as tf.Tensor;
  return {
    value: customOp('test:runningSum', [operand], operand.shape, { scale: 0.5, isReverse: 0 }),
    gradFunc: (dy: tf.Tensor) => customOp('test:runningSum', [dy], dy.shape, { scale: 0.5, isReverse: 1 }),
  };
});

const custom: readonly OpCase[] = [of('a hand-written kernel with a gradient of its own', (t) => runningSum(t.square()))];

const FAMILIES: Readonly<Record<string, readonly OpCase[]>> = {
  elementwise,
  binary,
  selects,
  reductions,
  rows,
  views,
  creation,
  matmuls,
  broadcastMatmuls,
  fusedMatmuls,
  indexing,
  pooling,
  convolution,
  dilated,
  resizing,
  normalization,
  random,
  custom,
};

/** Largest error in units of max(1, largest value). */
function worstError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  const list = Array.from(expected);
  const scale = list.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 1);
  return list.reduce((worst, value, i) => {
    const own = found[i] as number;
    return Object.is(own, value) || own === value
      ? worst
      : Math.max(worst, Math.abs(own - value) / scale || (own === value ? 0 : Number.POSITIVE_INFINITY));
  }, 0);
}

const traced = new Set<string>();
const runKernel = TraceBackend.prototype.run;

beforeAll(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
  vi.spyOn(TraceBackend.prototype, 'run').mockImplementation(function (this: TraceBackend, name, inputs, attrs) {
    traced.add(name);
    return runKernel.call(this, name, inputs, attrs);
  });
});

afterAll(() => {
  vi.restoreAllMocks();
});

describe.each(Object.entries(FAMILIES))('traced %s', (_, cases) => {
  test.each(cases.map((given) => [given.name, given] as const))('%s', (_, given) => {
    const tensorsBefore = tf.memory().numTensors;
    const values = randomInputs(given);
    const graph = traceCase(given);
    const found = interpret(graph, values);
    const eager = computeEagerly(given, values);
    expect(Object.keys(eager).length).toBeGreaterThan(0);
    for (const [name, expected] of Object.entries(eager)) {
      // float32 against float64: at most some dozen operations of relative error 6e-8 on values of this size.
      expect(worstError(found[name] as Float64Array, expected), name).toBeLessThan(1e-5);
    }
    if (given.gradient !== 'none' && given.gradient !== 'eager') {
      const h = 1e-5;
      for (const [name, expected] of Object.entries(differences(given, graph, values, h))) {
        // The differences are good to 1e-9 of the sum's size and h^2 of its third derivative; constants are float32, 6e-8.
        expect(worstError(found[name] as Float64Array, expected), name).toBeLessThan(1e-6);
      }
    }
    expect(tf.memory().numTensors).toBe(tensorsBefore);
  });
});

test('a matrix product broadcasts each leading axis by itself', () => {
  // The CPU backend pairs the wrong matrices here, so the broadcast operand is compared with its repetition.
  const given = (f: OpCase['f']): OpCase => ({
    name: 'matMul',
    inputs: { a: { shape: [2, 1, 4, 5] }, b: { shape: [2, 3, 5, 2] } },
    f,
    gradient: 'none',
  });
  const shared = given((t) => tf.matMul(t.a as tf.Tensor, t.b as tf.Tensor));
  const repeated = given((t) => tf.matMul((t.a as tf.Tensor).tile([1, 3, 1, 1]), t.b as tf.Tensor));
  const values = randomInputs(shared);
  expect(interpret(traceCase(shared), values)).toEqual(interpret(traceCase(repeated), values));
});

test('every lowered kernel occurs in a case', () => {
  expect(Object.keys(kernels).filter((name) => !traced.has(name))).toEqual([]);
});
