import type * as tfTypes from '../../tf.ts';
import type { BinaryFn, UnaryFn } from '../graph.ts';
import { attrsOf, type KernelCall, type Lowering, type LoweringTable } from './lowering.ts';
import type { Shaped, ShapedBuilder } from './shaped-builder.ts';

const unary =
  (fn: UnaryFn): Lowering =>
  (call) =>
    call.build.unary(fn, call.input('x'));

/** Functions of float32 only; TensorFlow.js hands int32 to some of them. */
const floatUnary =
  (lower: (build: ShapedBuilder, x: Shaped) => Shaped): Lowering =>
  (call) =>
    lower(call.build, call.build.cast(call.input('x'), 'float32'));

const binary =
  (fn: BinaryFn): Lowering =>
  (call) =>
    call.build.binary(fn, call.input('a'), call.input('b'));

/** fn(b, a): greater is less with its operands exchanged. */
const swapped =
  (fn: BinaryFn): Lowering =>
  (call) =>
    call.build.binary(fn, call.input('b'), call.input('a'));

const logical =
  (fn: 'and' | 'or'): Lowering =>
  (call) =>
    call.build.binary(fn, call.build.cast(call.input('a'), 'bool'), call.build.cast(call.input('b'), 'bool'));

/** `x < 0 ? negative : x`, so that NaN stays NaN. */
const whereNegative = (build: ShapedBuilder, x: Shaped, negative: Shaped | number): Shaped =>
  build.select(build.binary('lt', x, 0), negative, x);

export function relu(build: ShapedBuilder, x: Shaped): Shaped {
  return whereNegative(build, x, 0);
}

export function relu6(build: ShapedBuilder, x: Shaped): Shaped {
  return clip(build, x, 0, 6);
}

/** Bounds by two selects: `min(max(x, low), high)` would lose NaN on some targets. */
function clip(build: ShapedBuilder, x: Shaped, low: number, high: number): Shaped {
  return build.select(build.binary('lt', x, low), low, build.select(build.binary('lt', high, x), high, x));
}

export function leakyRelu(build: ShapedBuilder, x: Shaped, slope: Shaped | number): Shaped {
  return whereNegative(build, x, build.binary('mul', x, slope));
}

export function elu(build: ShapedBuilder, x: Shaped): Shaped {
  return whereNegative(build, x, build.unary('expm1', x));
}

export function sigmoid(build: ShapedBuilder, x: Shaped): Shaped {
  return build.binary('div', 1, build.binary('add', build.unary('exp', build.unary('neg', x)), 1));
}

/** log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), which neither overflows nor cancels. */
function softplus(build: ShapedBuilder, x: Shaped): Shaped {
  const rest = build.unary('log1p', build.unary('exp', build.unary('neg', build.unary('abs', x))));
  return build.binary('add', relu(build, x), rest);
}

/** Constants of Klambauer et al., "Self-Normalizing Neural Networks", 2017, as TensorFlow.js has them. */
const SELU_SCALE = 1.0507009873554805;
const SELU_SCALE_ALPHA = 1.7580993408473768;

function selu(build: ShapedBuilder, x: Shaped): Shaped {
  const negative = build.binary('mul', build.unary('expm1', x), SELU_SCALE_ALPHA);
  return build.select(build.binary('lt', x, 0), negative, build.binary('mul', x, SELU_SCALE));
}

/** (e^x + sign e^-x) / 2. */
function hyperbolic(build: ShapedBuilder, fn: 'exp' | 'expm1', combine: 'add' | 'sub', x: Shaped): Shaped {
  const both = build.binary(combine, build.unary(fn, x), build.unary(fn, build.unary('neg', x)));
  return build.binary('mul', both, 0.5);
}

/**
 * 1 where x > 0, else alpha. NaN stays NaN, except behind a ReLU: there the ReLU's own output is NaN too, and with it everything that is
 * computed from it, so the mask need not be, and the ReLU's input need not be stored.
 */
function step(call: KernelCall): Shaped {
  const { build } = call;
  const x = call.input('x');
  const { alpha = 0 } = attrsOf<Partial<tfTypes.StepAttrs>>(call);
  const output = call.outputOfRelu.get(x.id);
  const mask = (of: Shaped): Shaped => build.select(build.binary('lt', 0, of), build.constant(1, x.shape), alpha);
  if (output !== undefined) return mask({ id: output, shape: x.shape });
  return build.select(build.unary('isNaN', x), x, mask(x));
}

/** Lowers an activation by the name that TensorFlow.js's fused kernels give it. */
export function activate(build: ShapedBuilder, name: string | undefined, x: Shaped, slope: Shaped | number | null): Shaped {
  switch (name) {
    case undefined:
    case 'linear':
      return x;
    case 'relu':
      return relu(build, x);
    case 'relu6':
      return relu6(build, x);
    case 'elu':
      return elu(build, x);
    case 'sigmoid':
      return sigmoid(build, x);
    case 'leakyrelu':
    case 'prelu':
      return leakyRelu(build, x, slope ?? 0.2);
    default:
      throw new Error(`there is no activation '${name}'`);
  }
}

export const elementwise: LoweringTable = {
  Abs: unary('abs'),
  Ceil: unary('ceil'),
  Cos: floatUnary((build, x) => build.unary('cos', x)),
  Cosh: floatUnary((build, x) => hyperbolic(build, 'exp', 'add', x)),
  Elu: floatUnary(elu),
  Erf: floatUnary((build, x) => build.unary('erf', x)),
  Exp: floatUnary((build, x) => build.unary('exp', x)),
  Expm1: floatUnary((build, x) => build.unary('expm1', x)),
  Floor: unary('floor'),
  IsFinite: unary('isFinite'),
  IsInf: floatUnary((build, x) =>
    build.binary('and', build.unary('not', build.unary('isFinite', x)), build.unary('not', build.unary('isNaN', x))),
  ),
  IsNan: unary('isNaN'),
  Log: floatUnary((build, x) => build.unary('log', x)),
  Log1p: floatUnary((build, x) => build.unary('log1p', x)),
  LogicalNot: (call) => call.build.unary('not', call.build.cast(call.input('x'), 'bool')),
  Neg: unary('neg'),
  Reciprocal: floatUnary((build, x) => build.binary('div', 1, x)),
  Relu: (call) => {
    const x = call.input('x');
    const y = relu(call.build, x);
    call.outputOfRelu.set(x.id, y.id);
    return y;
  },
  Relu6: (call) => relu6(call.build, call.input('x')),
  Round: unary('round'),
  Rsqrt: floatUnary((build, x) => build.binary('div', 1, build.unary('sqrt', x))),
  Selu: floatUnary(selu),
  Sigmoid: floatUnary(sigmoid),
  Sign: unary('sign'),
  Sin: floatUnary((build, x) => build.unary('sin', x)),
  Sinh: floatUnary((build, x) => hyperbolic(build, 'expm1', 'sub', x)),
  Softplus: floatUnary(softplus),
  Sqrt: floatUnary((build, x) => build.unary('sqrt', x)),
  Square: (call) => call.build.binary('mul', call.input('x'), call.input('x')),
  Step: step,
  Tan: floatUnary((build, x) => build.binary('div', build.unary('sin', x), build.unary('cos', x))),
  Tanh: floatUnary((build, x) => build.unary('tanh', x)),

  Add: binary('add'),
  AddN: (call) => call.list.reduce((sum, term) => call.build.binary('add', sum, term)),
  Equal: binary('eq'),
  /** int32 for float32 operands too, as in every backend. */
  FloorDiv: (call) => {
    const { build } = call;
    const quotient = build.binary('div', build.cast(call.input('a'), 'float32'), build.cast(call.input('b'), 'float32'));
    return build.cast(build.unary('floor', quotient), 'int32');
  },
  Greater: swapped('lt'),
  GreaterEqual: swapped('le'),
  Less: binary('lt'),
  LessEqual: binary('le'),
  LogicalAnd: logical('and'),
  LogicalOr: logical('or'),
  Maximum: binary('max'),
  Minimum: binary('min'),
  Mod: binary('mod'),
  Multiply: binary('mul'),
  NotEqual: binary('ne'),
  Pow: binary('pow'),
  RealDiv: binary('div'),
  SquaredDifference: (call) => {
    const difference = call.build.binary('sub', call.input('a'), call.input('b'));
    return call.build.binary('mul', difference, difference);
  },
  Sub: binary('sub'),

  ClipByValue: (call) => {
    const { clipValueMin, clipValueMax } = attrsOf<tfTypes.ClipByValueAttrs>(call);
    return clip(call.build, call.input('x'), clipValueMin, clipValueMax);
  },
  /** dy * (y < 0 ? y + 1 : 1), the derivative in terms of the output. */
  EluGrad: (call) => {
    const { build } = call;
    const [dy, y] = [call.input('dy'), call.input('y')];
    return build.select(build.binary('lt', y, 0), build.binary('mul', dy, build.binary('add', y, 1)), dy);
  },
  LeakyRelu: (call) => leakyRelu(call.build, call.input('x'), attrsOf<tfTypes.LeakyReluAttrs>(call).alpha),
  Prelu: (call) => leakyRelu(call.build, call.input('x'), call.input('alpha')),
  /** A condition of rank 1 chooses rows of operands of higher rank. */
  Select: (call) => {
    const { build } = call;
    const [condition, t] = [call.input('condition'), call.input('t')];
    const isRowChoice = condition.shape.length === 1 && t.shape.length > 1;
    const test = isRowChoice ? build.reshape(condition, [condition.shape[0] as number, ...t.shape.slice(1).map(() => 1)]) : condition;
    return build.select(test, t, call.input('e'));
  },
};
