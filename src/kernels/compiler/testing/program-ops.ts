import { counterUniform } from '../../counter-uniform.ts';
import * as tf from '../../tf.ts';
import { sizeOf } from '../index-map.ts';

/** A value of a program under construction. */
export interface Entry {
  readonly name: string;
  readonly tensor: tf.Tensor;
  /** No element is larger than this in size; kept small, so that float32 neither overflows nor loses everything to cancellation. */
  readonly most: number;
}

/** What an operation makes of its operands, and how that is written. */
export interface Result {
  readonly text: string;
  readonly tensor: tf.Tensor;
  readonly most: number;
}

/** What an operation chooses from. */
export interface Choices {
  /** One of the program's values; recent ones more easily. */
  entry(): Entry;
  /** A whole number from 0 to count - 1. */
  below(count: number): number;
  /** A value that is never differentiated. */
  readonly data: Entry;
  readonly rows: tf.Tensor;
  readonly seed: tf.Tensor;
  readonly step: tf.Tensor;
}

type Op = (choose: Choices) => Result;

/** Larger values are not made. */
export const LARGEST_VALUE = 2048;

const pick = <T>(choose: Choices, list: readonly T[]): T => list[choose.below(list.length)] as T;
const isChosen = (choose: Choices): boolean => choose.below(2) === 1;

/** An operation whose gradient TensorFlow.js lacks or has wrong, with gradient zero. */
function withoutGradient(f: (...xs: readonly tf.Tensor[]) => tf.Tensor, ...operands: tf.Tensor[]): tf.Tensor {
  const shapes = operands.map(({ shape }) => shape);
  return tf.customGrad((...xs) => ({
    value: f(...(xs as tf.Tensor[]).slice(0, operands.length)),
    gradFunc: () => shapes.map((shape) => tf.zeros(shape)),
  }))(...operands);
}

/** A value of any shape with the elements of another, repeated or left out. */
function fitted({ name, tensor, most }: Entry, shape: readonly number[]): Entry {
  if (tensor.shape.join() === shape.join()) return { name, tensor, most };
  const size = sizeOf(shape);
  const flat = tensor.flatten();
  const enough = flat.size >= size ? flat : flat.tile([Math.ceil(size / flat.size)]);
  const exact = enough.size === size ? enough : enough.slice(0, size);
  return { name: `fit(${name}, [${shape}])`, tensor: exact.reshape([...shape]), most };
}

/** A shape that broadcasts to the given one: leading axes left out, others 1. */
function broadcastable(choose: Choices, shape: readonly number[]): number[] {
  const kept = shape.slice(isChosen(choose) ? choose.below(shape.length + 1) : 0);
  const ones = choose.below(2 ** kept.length);
  return kept.map((extent, axis) => ((ones >> axis) & 1 ? 1 : extent));
}

type Unary = readonly [name: string, f: (x: tf.Tensor) => tf.Tensor, most: (m: number) => number];

const one = (): number => 1;
const same = (m: number): number => m;

const UNARY: readonly Unary[] = [
  ['neg', (x) => x.neg(), same],
  ['relu', (x) => x.relu(), same],
  ['tanh', (x) => x.tanh(), one],
  ['abs', (x) => x.abs(), same],
  ['square', (x) => x.square(), (m) => m * m],
  ['sigmoid', (x) => x.sigmoid(), one],
  ['exp', (x) => x.exp(), Math.exp],
  ['softplus', (x) => x.softplus(), (m) => m + 1],
  // Its gradient wants a tensor that it did not save.
  ['logSigmoid', (x) => withoutGradient((t) => (t as tf.Tensor).logSigmoid(), x), (m) => m + 1],
  ['elu', (x) => x.elu(), same],
  ['selu', (x) => x.selu(), (m) => 2 * m],
  ['leakyRelu', (x) => x.leakyRelu(0.3), same],
  ['relu6', (x) => x.mul(3).relu6(), () => 6],
  ['gelu', (x) => x.mul(x.div(Math.SQRT2).erf().add(1)).mul(0.5), same],
  ['erf', (x) => x.erf(), one],
  ['sin', (x) => x.sin(), one],
  ['cos', (x) => x.cos(), one],
  ['expm1', (x) => x.expm1(), Math.exp],
  ['log', (x) => x.abs().add(0.5).log(), (m) => m + 1],
  ['log1p', (x) => x.abs().log1p(), same],
  ['sqrt', (x) => x.abs().add(0.25).sqrt(), (m) => m + 1],
  ['rsqrt', (x) => x.square().add(0.5).rsqrt(), () => 2],
  ['reciprocal', (x) => x.square().add(0.5).reciprocal(), () => 2],
  ['clipByValue', (x) => x.clipByValue(-0.5, 0.75), one],
  ['step', (x) => x.step(0.25), one],
  ['sign', (x) => x.sign(), one],
  ['floor', (x) => x.mul(2).floor(), (m) => 2 * m + 1],
  ['ceil', (x) => x.mul(2).ceil(), (m) => 2 * m + 1],
  ['round', (x) => x.mul(2).round(), (m) => 2 * m + 1],
  ['tan', (x) => x.mul(0.15).tan(), (m) => m],
  ['sinh', (x) => x.sinh(), Math.exp],
  ['cosh', (x) => x.cosh(), Math.exp],
  ['toInt', (x) => x.mul(2).cast('int32').cast('float32'), (m) => 2 * m],
  [
    'isFinite',
    // Zeros among the divisors.
    (x) =>
      withoutGradient(
        (t) =>
          tf
            .onesLike(t as tf.Tensor)
            .div((t as tf.Tensor).floor())
            .isFinite()
            .cast('float32'),
        x,
      ),
    one,
  ],
  ['dead units', (x) => x.mul(tf.zeros([1])), () => 0],
];

type Binary = readonly [name: string, f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, most: (a: number, b: number) => number];

/** The gradients of maximum, minimum and squaredDifference do not sum over broadcast axes: their operands are spread out first. */
const spreadOut =
  (f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) =>
  (a: tf.Tensor, b: tf.Tensor): tf.Tensor => {
    const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    return f(a.mul(tf.ones(shape)), b.mul(tf.ones(shape)));
  };

const BINARY: readonly Binary[] = [
  ['add', (a, b) => a.add(b), (a, b) => a + b],
  ['sub', (a, b) => a.sub(b), (a, b) => a + b],
  ['mul', (a, b) => a.mul(b), (a, b) => a * b],
  ['div', (a, b) => a.div(b.square().add(0.5)), (a) => 2 * a],
  ['maximum', spreadOut((a, b) => a.maximum(b)), Math.max],
  ['minimum', spreadOut((a, b) => a.minimum(b)), Math.max],
  ['squaredDifference', spreadOut((a, b) => a.squaredDifference(b)), (a, b) => (a + b) ** 2],
  ['pow', (a, b) => a.abs().add(0.5).pow(b.clipByValue(-2, 2)), (a) => (a + 2) ** 2],
  ['mod', (a, b) => withoutGradient((x, y) => (x as tf.Tensor).mod((y as tf.Tensor).square().add(0.5)), a, b), (_, b) => b * b + 1],
  [
    'floorDiv',
    (a, b) => withoutGradient((x, y) => (x as tf.Tensor).floorDiv((y as tf.Tensor).square().add(0.5)).cast('float32'), a, b),
    (a) => 2 * a + 1,
  ],
  ['addN', (a, b) => tf.addN([a.mul(tf.onesLike(b)), b.mul(tf.onesLike(a)), a.mul(b)]), (a, b) => a + b + a * b],
];

const COMPARISONS: Readonly<Record<string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor>> = {
  less: (a, b) => a.less(b),
  greaterEqual: (a, b) => a.greaterEqual(b),
  lessEqual: (a, b) => a.lessEqual(b),
  greater: (a, b) => a.greater(b),
  notEqual: (a, b) => a.notEqual(b),
};

/** What becomes of a comparison's outcome, and of another's. */
const LOGIC: Readonly<Record<string, (p: tf.Tensor, q: tf.Tensor) => tf.Tensor>> = {
  first: (p) => p,
  and: (p, q) => p.logicalAnd(q),
  or: (p, q) => p.logicalOr(q),
  xor: (p, q) => p.logicalXor(q),
  not: (p) => p.logicalNot(),
};

const unary: Op = (choose) => {
  const a = choose.entry();
  const [name, f, most] = pick(choose, UNARY);
  const inner = { text: `${name}(${a.name})`, tensor: f(a.tensor), most: most(a.most) };
  // Two in a row: the second then works on a value that need not be stored. Beyond this size e^x is of no use.
  if (!isChosen(choose) || inner.most > 64) return inner;
  const [outerName, g, outerMost] = pick(choose, UNARY);
  return { text: `${outerName}(${inner.text})`, tensor: g(inner.tensor), most: outerMost(inner.most) };
};

const binary: Op = (choose) => {
  const a = choose.entry();
  const b = fitted(choose.entry(), broadcastable(choose, a.tensor.shape));
  const [name, f, most] = pick(choose, BINARY);
  const [left, right] = isChosen(choose) ? [b, a] : [a, b];
  return { text: `${name}(${left.name}, ${right.name})`, tensor: f(left.tensor, right.tensor), most: most(left.most, right.most) };
};

const where: Op = (choose) => {
  const a = choose.entry();
  const [b, c] = [fitted(choose.entry(), broadcastable(choose, a.tensor.shape)), fitted(choose.entry(), a.tensor.shape)];
  const [name, compare] = pick(choose, Object.entries(COMPARISONS));
  const [word, join] = pick(choose, Object.entries(LOGIC));
  const test = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => join(compare(x, y), x.less(0.25));
  return {
    text: `where(${word} of ${name}(${a.name}, ${b.name}) and less(${a.name}, 0.25), ${c.name}, ${a.name})`,
    tensor: tf.where(
      withoutGradient((x, y) => test(x as tf.Tensor, y as tf.Tensor), a.tensor, b.tensor),
      c.tensor,
      a.tensor,
    ),
    most: Math.max(a.most, c.most),
  };
};

/** Some axes, at least one where there is one. */
function axesOf(choose: Choices, rank: number): number[] {
  const bits = 1 + choose.below(2 ** rank - 1 || 1);
  return Array.from({ length: rank }, (_, axis) => axis).filter((axis) => (bits >> axis) & 1);
}

type Reduction = readonly [
  name: string,
  f: (x: tf.Tensor, axes: number[], keepDims: boolean) => tf.Tensor,
  most: (m: number, n: number) => number,
];

const REDUCTIONS: readonly Reduction[] = [
  ['sum', (x, axes, keepDims) => x.sum(axes, keepDims), (m, n) => m * n],
  ['mean', (x, axes, keepDims) => x.mean(axes, keepDims), same],
  ['max', (x, axes, keepDims) => x.max(axes, keepDims), same],
  ['min', (x, axes, keepDims) => x.min(axes, keepDims), same],
  ['logSumExp', (x, axes, keepDims) => x.logSumExp(axes, keepDims), (m, n) => m + Math.log(n)],
  ['variance', (x, axes, keepDims) => tf.moments(x, axes, keepDims).variance, (m) => m * m],
  ['prod', (x, axes, keepDims) => withoutGradient((t) => (t as tf.Tensor).tanh().add(0.5).prod(axes, keepDims), x), (_, n) => 1.5 ** n],
  ['any', (x, axes, keepDims) => withoutGradient((t) => (t as tf.Tensor).less(-0.5).any(axes, keepDims).cast('float32'), x), one],
  ['all', (x, axes, keepDims) => withoutGradient((t) => (t as tf.Tensor).less(0.5).all(axes, keepDims).cast('float32'), x), one],
];

const reduction: Op = (choose) => {
  const a = choose.entry();
  const axes = axesOf(choose, a.tensor.rank);
  const keepDims = isChosen(choose);
  const [name, f, most] = pick(choose, REDUCTIONS);
  const count = axes.reduce((size, axis) => size * (a.tensor.shape[axis] as number), 1);
  // A product of many factors is 0 or infinite, and says nothing.
  const [label, g, bound] = name === 'prod' && count > 24 ? (REDUCTIONS[1] as Reduction) : [name, f, most];
  return { text: `${label}(${a.name}, [${axes}], ${keepDims})`, tensor: g(a.tensor, axes, keepDims), most: bound(a.most, count) };
};

const alongAxis: Op = (choose) => {
  const a = choose.entry();
  const axis = choose.below(a.tensor.rank);
  if (isChosen(choose)) {
    const name = pick(choose, ['argMax', 'argMin'] as const);
    const extent = a.tensor.shape[axis] as number;
    return {
      text: `${name}(${a.name}, ${axis})`,
      tensor: withoutGradient((x) => (x as tf.Tensor)[name](axis).cast('float32'), a.tensor),
      most: extent,
    };
  }
  const [exclusive, reverse] = [isChosen(choose), isChosen(choose)];
  const sums = (x: tf.Tensor): tf.Tensor => x.cumsum(axis, exclusive, reverse);
  return {
    text: `cumsum(${a.name}, ${axis}, ${exclusive}, ${reverse})`,
    // Off the last axis, TensorFlow.js's gradient has its axes exchanged.
    tensor: axis === a.tensor.rank - 1 ? sums(a.tensor) : withoutGradient((x) => sums(x as tf.Tensor), a.tensor),
    most: a.most * (a.tensor.shape[axis] as number),
  };
};

const ROW_OPS: readonly Unary[] = [
  ['softmax', (x) => x.softmax(), one],
  ['logSoftmax', (x) => x.logSoftmax(-1), (m) => 2 * m + 8],
  [
    'layerNorm',
    (x) => {
      const { mean, variance } = tf.moments(x, -1, true);
      return x.sub(mean).mul(variance.add(0.1).rsqrt());
    },
    (m) => 7 * m,
  ],
  [
    'batchNorm',
    (x) => {
      const { mean, variance } = tf.moments(x, x.rank === 1 ? [0] : [0, 1], true);
      return x.sub(mean).div(variance.add(0.1).sqrt());
    },
    (m) => 7 * m,
  ],
  ['normalize', (x) => x.div(x.square().sum(-1, true).add(0.1).sqrt()), one],
];

const rowOp: Op = (choose) => {
  const a = choose.entry();
  const [name, f, most] = pick(choose, ROW_OPS);
  return { text: `${name}(${a.name})`, tensor: f(a.tensor), most: most(a.most) };
};

const VIEWS: Readonly<Record<string, (a: Entry, choose: Choices) => Result>> = {
  transpose: (a, choose) => {
    const keys = a.tensor.shape.map((_, axis) => ({ axis, key: choose.below(1000) }));
    const order = keys.sort((s, t) => s.key - t.key || s.axis - t.axis).map(({ axis }) => axis);
    return { text: `transpose(${a.name}, [${order}])`, tensor: a.tensor.transpose(order), most: a.most };
  },
  slice: (a, choose) => {
    const begin = a.tensor.shape.map((extent) => choose.below(extent));
    const size = a.tensor.shape.map((extent, axis) => 1 + choose.below(extent - (begin[axis] as number)));
    return { text: `slice(${a.name}, [${begin}], [${size}])`, tensor: a.tensor.slice(begin, size), most: a.most };
  },
  stridedSlice: (a, choose) => {
    const strides = a.tensor.shape.map(() => pick(choose, [1, 2, -1]));
    const [begin, end] = [a.tensor.shape.map((extent, axis) => (strides[axis] === -1 ? extent - 1 : 0)), a.tensor.shape];
    const last = end.map((extent, axis) => (strides[axis] === -1 ? -extent - 1 : extent));
    return {
      text: `stridedSlice(${a.name}, [${begin}], [${last}], [${strides}])`,
      tensor: withoutGradient((x) => (x as tf.Tensor).stridedSlice(begin, last, strides), a.tensor),
      most: a.most,
    };
  },
  pad: (a, choose) => {
    const paddings = a.tensor.shape.map((): [number, number] => [choose.below(2), choose.below(3)]);
    const value = pick(choose, [0, 0, 0.5]);
    return {
      text: `pad(${a.name}, ${JSON.stringify(paddings)}, ${value})`,
      tensor: a.tensor.pad(paddings as [[number, number]], value),
      most: a.most + value,
    };
  },
  mirrorPad: (a, choose) => {
    const mode = pick(choose, ['reflect', 'symmetric'] as const);
    const paddings = a.tensor.shape.map((extent): [number, number] => {
      const widest = Math.min(extent - (mode === 'reflect' ? 1 : 0), 2);
      return [choose.below(widest + 1), choose.below(widest + 1)];
    });
    return {
      text: `mirrorPad(${a.name}, ${JSON.stringify(paddings)}, ${mode})`,
      tensor: withoutGradient((x) => tf.mirrorPad(x as tf.Tensor, paddings as [number, number][], mode), a.tensor),
      most: a.most,
    };
  },
  tile: (a, choose) => {
    const repeats = a.tensor.shape.map(() => 1 + choose.below(2));
    return { text: `tile(${a.name}, [${repeats}])`, tensor: a.tensor.tile(repeats), most: a.most };
  },
  broadcast: (a, choose) => {
    const target = a.tensor.shape.map((extent) => (extent === 1 ? 1 + choose.below(4) : extent));
    return { text: `broadcastTo(${a.name}, [${target}])`, tensor: a.tensor.broadcastTo(target), most: a.most };
  },
  reverse: (a, choose) => {
    const axes = axesOf(choose, a.tensor.rank);
    return { text: `reverse(${a.name}, [${axes}])`, tensor: a.tensor.reverse(axes), most: a.most };
  },
  reshape: (a, choose) => {
    const outer = pick(choose, divisors(a.tensor.size));
    const middle = pick(choose, divisors(a.tensor.size / outer));
    const shape = [outer, middle, a.tensor.size / outer / middle];
    const kept = isChosen(choose) ? shape : [...shape.slice(0, 1), (shape[1] as number) * (shape[2] as number)];
    return { text: `reshape(${a.name}, [${kept}])`, tensor: a.tensor.reshape(kept), most: a.most };
  },
};

const divisors = (size: number): number[] => Array.from({ length: size }, (_, i) => i + 1).filter((d) => size % d === 0);

const view: Op = (choose) => {
  const make = pick(choose, Object.values(VIEWS));
  return make(choose.entry(), choose);
};

const concat: Op = (choose) => {
  const a = choose.entry();
  const axis = choose.below(a.tensor.rank);
  const like = (extent: number): number[] => a.tensor.shape.map((own, other) => (other === axis ? extent : own));
  const b = fitted(choose.entry(), like(1 + choose.below(4)));
  const c = isChosen(choose) ? { name: 'zeros', tensor: tf.zeros(like(2)), most: 0 } : fitted(choose.entry(), a.tensor.shape);
  const pieces = isChosen(choose) ? [a, b, c] : [b, a];
  return {
    text: `concat([${pieces.map(({ name }) => name)}], ${axis})`,
    tensor: tf.concat(
      pieces.map(({ tensor }) => tensor),
      axis,
    ),
    most: Math.max(...pieces.map(({ most }) => most)),
  };
};

const stackAndSplit: Op = (choose) => {
  const a = choose.entry();
  const axis = choose.below(a.tensor.rank);
  if (isChosen(choose) && a.tensor.rank < 4) {
    const b = fitted(choose.entry(), a.tensor.shape);
    return { text: `stack([${a.name}, ${b.name}], ${axis})`, tensor: tf.stack([a.tensor, b.tensor], axis), most: Math.max(a.most, b.most) };
  }
  const extent = a.tensor.shape[axis] as number;
  const first = 1 + choose.below(extent);
  const sizes = first === extent ? [extent] : [first, extent - first];
  const pieces = sizes.length === 1 ? [a.tensor] : tf.split(a.tensor, sizes, axis);
  // The second half exchanged with the first, the first changed: pieces of one value that are used apart.
  const parts = pieces.map((piece, index) => (index === 0 ? piece.mul(0.5) : piece)).reverse();
  return { text: `swap halves of split(${a.name}, [${sizes}], ${axis})`, tensor: tf.concat(parts, axis), most: a.most };
};

const matMul: Op = (choose) => {
  const batches = pick(choose, [[], [1], [2], [3], [2, 2]]);
  const [m, n, k] = [pick(choose, MATRIX_EXTENTS), pick(choose, MATRIX_EXTENTS), pick(choose, MATRIX_EXTENTS)];
  const [transposeA, transposeB] = [isChosen(choose), isChosen(choose)];
  // Only data may have a leading 1: TensorFlow.js cannot differentiate an operand that is broadcast.
  const shared = batches.length === 1 ? choose.below(6) : 0;
  const operand = (isShared: boolean, rows: number, cols: number): Entry =>
    isShared ? fitted(choose.data, [1, rows, cols]) : fitted(choose.entry(), [...batches, rows, cols]);
  const left = transposeA ? operand(shared === 1, k, m) : operand(shared === 1, m, k);
  const right = transposeB ? operand(shared === 2, n, k) : operand(shared === 2, k, n);
  return {
    text: `matMul(${left.name}, ${right.name}, ${transposeA}, ${transposeB})`,
    tensor: tf.matMul(left.tensor, right.tensor, transposeA, transposeB),
    most: left.most * right.most * k,
  };
};

const MATRIX_EXTENTS = [1, 2, 3, 4, 5, 8, 9, 13, 16, 17, 20];

/** x W + b through an activation, the bias broadcast over rows: what networks are made of. */
const dense: Op = (choose) => {
  const [rows, inputs, outputs] = [pick(choose, MATRIX_EXTENTS), pick(choose, MATRIX_EXTENTS), pick(choose, MATRIX_EXTENTS)];
  const x = fitted(choose.entry(), [1, rows, inputs]);
  const w = fitted(choose.entry(), [1, inputs, outputs]);
  const b = fitted(choose.entry(), [1, 1, outputs]);
  const [name, f, most] = pick(choose, UNARY.slice(0, 10));
  return {
    text: `${name}(matMul(${x.name}, ${w.name}) / ${inputs} + ${b.name})`,
    tensor: f(x.tensor.matMul(w.tensor).div(inputs).add(b.tensor)),
    most: most(x.most * w.most + b.most),
  };
};

const attention: Op = (choose) => {
  const [batch, queries, keys, width] = [1 + choose.below(3), 1 + choose.below(5), 1 + choose.below(6), 1 + choose.below(8)];
  const q = fitted(choose.entry(), [batch, queries, width]);
  const k = fitted(choose.entry(), [batch, keys, width]);
  const v = fitted(choose.entry(), [batch, keys, 1 + choose.below(5)]);
  const scores = q.tensor.matMul(k.tensor, false, true).div(Math.sqrt(width));
  return { text: `attention(${q.name}, ${k.name}, ${v.name})`, tensor: scores.softmax().matMul(v.tensor), most: v.most };
};

/** Equal steps, one after the other, unrolled. */
const recurrence: Op = (choose) => {
  const [steps, batch, features, units] = [2 + choose.below(5), 1 + choose.below(3), 1 + choose.below(4), 1 + choose.below(5)];
  const x = fitted(choose.entry(), [batch, steps, features]);
  const w = fitted(choose.entry(), [features, units]);
  const u = fitted(choose.entry(), [units, units]);
  const isGated = isChosen(choose);
  const all = isChosen(choose);
  let h: tf.Tensor = tf.zeros([batch, units]);
  const states: tf.Tensor[] = [];
  for (let t = 0; t < steps; t++) {
    const xt = x.tensor.slice([0, t, 0], [batch, 1, features]).reshape([batch, features]);
    const next = xt.matMul(w.tensor).add(h.matMul(u.tensor)).tanh();
    const gate = xt.matMul(w.tensor).sigmoid();
    h = isGated ? h.mul(gate).add(next.mul(gate.neg().add(1))) : next;
    states.push(h);
  }
  return {
    text: `${isGated ? 'gated recurrence' : 'recurrence'}(${x.name}, ${w.name}, ${u.name})${all ? ', all states' : ''}`,
    tensor: all ? tf.stack(states, 1) : h,
    most: 1,
  };
};

const gather: Op = (choose) => {
  const axis = choose.below(3);
  const shape = [3 + choose.below(3), 3 + choose.below(3), 3 + choose.below(2)];
  const a = fitted(choose.entry(), shape);
  const indices = isChosen(choose) && axis !== 1 ? choose.rows.reshape([2, -1]) : choose.rows;
  return { text: `gather(${a.name}, rows [${indices.shape}], ${axis})`, tensor: tf.gather(a.tensor, indices, axis), most: a.most };
};

const embedding: Op = (choose) => {
  const a = fitted(choose.entry(), [3 + choose.below(4), 1 + choose.below(9)]);
  return { text: `gather(${a.name}, rows)`, tensor: tf.gather(a.tensor, choose.rows).tanh(), most: 1 };
};

const segments: Op = (choose) => {
  const a = fitted(choose.entry(), [choose.rows.size, 1 + choose.below(9)]);
  const count = 3 + choose.below(3);
  return {
    text: `unsortedSegmentSum(${a.name}, rows, ${count})`,
    tensor: withoutGradient((x) => tf.unsortedSegmentSum(x as tf.Tensor2D, choose.rows as tf.Tensor1D, count), a.tensor),
    most: a.most * choose.rows.size,
  };
};

const crossEntropy: Op = (choose) => {
  const classes = 3 + choose.below(4);
  const a = fitted(choose.entry(), [1, choose.rows.size, classes]);
  const [on, off] = pick(choose, [
    [1, 0],
    [0.9, 0.05],
  ]);
  const labels = tf.oneHot(choose.rows, classes, on, off, 'float32').expandDims(0);
  return {
    text: `cross-entropies(${a.name}, oneHot(rows, ${classes}, ${on}, ${off}))`,
    tensor: labels.mul(a.tensor.logSoftmax(-1)).sum(-1).neg(),
    most: classes * (2 * a.most + 8),
  };
};

const dropout: Op = (choose) => {
  const a = choose.entry();
  const [, ...rest] = a.tensor.shape;
  const layer = choose.below(3);
  const x = a.tensor.shape[0] === 1 ? a : fitted(a, [1, ...rest]);
  const noise = counterUniform(choose.seed, choose.step.reshape([]), layer, rest);
  if (isChosen(choose)) return { text: `${x.name} * uniform(${layer})`, tensor: x.tensor.mul(noise), most: x.most };
  const kept = noise.greaterEqual(tf.scalar(0.25)).cast('float32');
  return { text: `dropout(${x.name}, uniform(${layer}))`, tensor: x.tensor.mul(kept.div(0.75)), most: 2 * x.most };
};

function image(choose: Choices): Entry {
  const side = 2 + choose.below(5);
  return fitted(choose.entry(), [1 + choose.below(2), side, side, 1 + choose.below(3)]);
}

const POOLS = [
  ['maxPool', tf.maxPool],
  ['avgPool', tf.avgPool],
] as const;

const pool: Op = (choose) => {
  const a = image(choose);
  const [height, width] = [1 + choose.below(2), 1 + choose.below(2)];
  const strides: [number, number] = [1 + choose.below(2), 1 + choose.below(2)];
  const [name, f] = pick(choose, POOLS);
  const pad = pick(choose, ['valid', 'same'] as const);
  const pooled = (images: tf.Tensor): tf.Tensor => f(images as tf.Tensor4D, [height, width], strides, pad);
  return {
    text: `${name}(${a.name}, [${height},${width}], [${strides}], ${pad})`,
    // The backends' gradient of a padded average divides by the whole window.
    tensor: name === 'avgPool' && pad === 'same' ? withoutGradient((images) => pooled(images as tf.Tensor), a.tensor) : pooled(a.tensor),
    most: a.most,
  };
};

const convolution: Op = (choose) => {
  const a = image(choose);
  const x = a.tensor as tf.Tensor4D;
  const [height, width] = [1 + choose.below(2), 1 + choose.below(3)];
  const channels = x.shape[3];
  const pad = pick(choose, ['same', 'valid'] as const);
  const isValid = pad === 'same' || (height <= x.shape[1] && width <= x.shape[2]);
  const padding = isValid ? pad : 'same';
  const strides: [number, number] = isChosen(choose) ? [1, 1] : [2, 2];
  const isDepthwise = isChosen(choose);
  const w = fitted(choose.entry(), [height, width, channels, 1 + choose.below(4)]);
  const filter = w.tensor as tf.Tensor4D;
  const tensor = isDepthwise ? tf.depthwiseConv2d(x, filter, strides, padding) : tf.conv2d(x, filter, strides, padding);
  return {
    text: `${isDepthwise ? 'depthwiseConv2d' : 'conv2d'}(${a.name}, ${w.name}, [${strides}], ${padding})`,
    tensor,
    most: a.most * w.most * height * width * channels,
  };
};

/** im2col: shifted copies side by side, times a matrix. */
const patches: Op = (choose) => {
  const a = image(choose);
  const [images, side, , channels] = a.tensor.shape as [number, number, number, number];
  const padded = a.tensor.pad([
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ]);
  const reach = 2 + choose.below(2);
  const taps = Array.from({ length: reach * reach }, (_, tap) =>
    padded.slice([0, Math.floor(tap / reach), tap % reach, 0], [images, side, side, channels]),
  );
  const length = reach * reach * channels;
  const columns = tf.concat(taps, 3).reshape([1, images * side * side, length]);
  const w = fitted(choose.entry(), [1, length, 1 + choose.below(4)]);
  return { text: `patches(${a.name}, ${reach}) matMul ${w.name}`, tensor: columns.matMul(w.tensor), most: a.most * w.most * length };
};

const upsample: Op = (choose) => {
  const a = image(choose);
  const [images, side] = a.tensor.shape as [number, number];
  const name = pick(choose, ['resizeNearestNeighbor', 'resizeBilinear'] as const);
  const resized = (x: tf.Tensor): tf.Tensor => tf.image[name](x as tf.Tensor4D, [2 * side, 2 * side]);
  return {
    text: `${name}(${a.name}, ${2 * side})`,
    // The CPU backend's gradients want one image.
    tensor: images === 1 ? resized(a.tensor) : withoutGradient((x) => resized(x as tf.Tensor), a.tensor),
    most: a.most,
  };
};

const OPS = {
  unary,
  binary,
  view,
  reduction,
  matMul,
  concat,
  where,
  rowOp,
  dense,
  stackAndSplit,
  alongAxis,
  gather,
  embedding,
  segments,
  crossEntropy,
  dropout,
  pool,
  convolution,
  patches,
  upsample,
  attention,
  recurrence,
} as const satisfies Readonly<Record<string, Op>>;

export type OpKind = keyof typeof OPS;

/** Every kind, common ones several times. */
export const OP_KINDS: readonly OpKind[] = [
  ...(Object.keys(OPS) as OpKind[]),
  'unary',
  'binary',
  'binary',
  'view',
  'view',
  'view',
  'reduction',
  'reduction',
  'matMul',
  'concat',
];

export const applyOp = (kind: OpKind, choose: Choices): Result => OPS[kind](choose);
