import type { BinaryFn, Dtype, UnaryFn } from '../graph.ts';
import type { FunctionBuilder } from './function-builder.ts';
import { emitExp } from './math/exponential.ts';
import type { MathLibrary, MathName } from './math/library.ts';
import type { ValueNode } from './nodes.ts';
import type { PlainName } from './opcodes.ts';

/** bool lanes are masks: all bits set or none. */
const UNARY_INSTRUCTIONS: Readonly<Record<'float32' | 'int32', Partial<Record<UnaryFn, readonly PlainName[]>>>> = {
  float32: {
    neg: ['f32x4.neg'],
    abs: ['f32x4.abs'],
    sqrt: ['f32x4.sqrt'],
    floor: ['f32x4.floor'],
    ceil: ['f32x4.ceil'],
    round: ['f32x4.nearest'],
    toInt: ['i32x4.trunc_sat_f32x4_s'],
    toFloat: [],
  },
  int32: {
    neg: ['i32x4.neg'],
    abs: ['i32x4.abs'],
    floor: [],
    ceil: [],
    round: [],
    toFloat: ['f32x4.convert_i32x4_s'],
    toInt: [],
  },
};

const CALLED: ReadonlySet<string> = new Set<MathName>(['expm1', 'log', 'log1p', 'tanh', 'erf', 'sin', 'cos']);

/** Replaces the operand of type `dtype` on the stack by the result. */
export function emitUnary(f: FunctionBuilder, math: MathLibrary, fn: UnaryFn, dtype: Dtype): void {
  if (dtype === 'bool') {
    emitUnaryOfBool(f, fn);
    return;
  }
  const instructions = UNARY_INSTRUCTIONS[dtype][fn];
  if (instructions !== undefined) {
    f.op(...instructions);
    return;
  }
  // Softmax is worth the code.
  if (fn === 'exp' && dtype === 'float32') {
    emitExp(f);
    return;
  }
  if (CALLED.has(fn) && dtype === 'float32') {
    f.call(math.function(fn as MathName));
    return;
  }
  const x = f.local('v128');
  f.set(x);
  if (fn === 'sqrt' || fn === 'exp' || CALLED.has(fn)) throw new Error(`${fn} of ${dtype}`);
  switch (fn) {
    case 'sign':
      if (dtype === 'int32') {
        // true is -1: (x < 0) - (x > 0)
        f.get(x);
        f.ints([0, 0, 0, 0]);
        f.op('i32x4.lt_s');
        f.get(x);
        f.ints([0, 0, 0, 0]);
        f.op('i32x4.gt_s', 'i32x4.sub');
        break;
      }
      for (const compare of ['f32x4.gt', 'f32x4.lt'] as const) {
        f.splat(1);
        f.get(x);
        f.splat(0);
        f.op(compare, 'v128.and');
      }
      f.op('f32x4.sub');
      // NaN stays.
      f.get(x, x, x);
      f.op('f32x4.eq', 'v128.bitselect');
      break;
    case 'not':
    case 'toBool':
      f.get(x);
      f.ints([0, 0, 0, 0]);
      f.op(dtype === 'int32' ? (fn === 'not' ? 'i32x4.eq' : 'i32x4.ne') : fn === 'not' ? 'f32x4.eq' : 'f32x4.ne');
      break;
    case 'isNaN':
      f.get(x, x);
      f.op(dtype === 'int32' ? 'i32x4.ne' : 'f32x4.ne');
      break;
    case 'isFinite':
      // x - x is 0 for finite numbers only.
      f.get(x, x);
      f.op(dtype === 'int32' ? 'i32x4.sub' : 'f32x4.sub');
      f.ints([0, 0, 0, 0]);
      f.op(dtype === 'int32' ? 'i32x4.eq' : 'f32x4.eq');
      break;
    default:
      throw new Error(`${fn} of ${dtype}`);
  }
  f.release(x);
}

function emitUnaryOfBool(f: FunctionBuilder, fn: UnaryFn): void {
  switch (fn) {
    case 'not':
      f.op('v128.not');
      return;
    case 'toBool':
      return;
    case 'toInt':
      f.op('i32x4.neg');
      return;
    case 'toFloat':
      f.splat(1);
      f.op('v128.and');
      return;
    default:
      throw new Error(`${fn} of bool`);
  }
}

const BINARY_INSTRUCTIONS: Readonly<Record<Dtype, Partial<Record<BinaryFn, PlainName>>>> = {
  float32: {
    add: 'f32x4.add',
    sub: 'f32x4.sub',
    mul: 'f32x4.mul',
    div: 'f32x4.div',
    max: 'f32x4.max',
    min: 'f32x4.min',
    eq: 'f32x4.eq',
    ne: 'f32x4.ne',
    lt: 'f32x4.lt',
    le: 'f32x4.le',
  },
  int32: {
    add: 'i32x4.add',
    sub: 'i32x4.sub',
    mul: 'i32x4.mul',
    max: 'i32x4.max_s',
    min: 'i32x4.min_s',
    eq: 'i32x4.eq',
    ne: 'i32x4.ne',
    lt: 'i32x4.lt_s',
    le: 'i32x4.le_s',
  },
  bool: {
    max: 'v128.or',
    min: 'v128.and',
    and: 'v128.and',
    or: 'v128.or',
    eq: 'i32x4.eq',
    ne: 'v128.xor',
    // true is -1, so the order is the other way round.
    lt: 'i32x4.gt_s',
    le: 'i32x4.ge_s',
  },
};

/** Whole powers up to this one are products. */
const MAX_PRODUCT_POWER = 8;

/** Pushes a fn b. Both operands have one type. */
export function emitBinary(
  f: FunctionBuilder,
  math: MathLibrary,
  fn: BinaryFn,
  a: ValueNode,
  b: ValueNode,
  push: (operand: ValueNode) => void,
): void {
  const { dtype } = a;
  const instruction = BINARY_INSTRUCTIONS[dtype][fn];
  if (instruction !== undefined) {
    push(a);
    push(b);
    f.op(instruction);
    return;
  }
  if (fn === 'and' || fn === 'or') {
    for (const operand of [a, b]) {
      push(operand);
      emitUnary(f, math, 'toBool', dtype);
    }
    f.op(fn === 'and' ? 'v128.and' : 'v128.or');
    return;
  }
  if (fn === 'pow' && dtype === 'float32' && b.kind === 'number' && isProductPower(b.value)) {
    push(a);
    emitProductPower(f, b.value);
    return;
  }
  if (fn === 'pow' && dtype !== 'bool') {
    emitPower(f, math, a, b, push);
    return;
  }
  if (fn === 'div' && dtype === 'int32') {
    push(a);
    push(b);
    f.call(math.function('floorDiv'));
    return;
  }
  if (fn === 'mod' && dtype !== 'bool') {
    emitMod(f, math, a, b, push);
    return;
  }
  throw new Error(`${fn} of ${dtype}`);
}

const isProductPower = (power: number): boolean => Number.isInteger(power) && Math.abs(power) >= 1 && Math.abs(power) <= MAX_PRODUCT_POWER;

/** Replaces x on the stack by x^power, from squares. */
function emitProductPower(f: FunctionBuilder, power: number): void {
  const square = f.local('v128');
  const product = f.local('v128');
  f.set(square);
  let isFirst = true;
  for (let rest = Math.abs(power); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) {
      f.get(square);
      if (!isFirst) {
        f.get(product);
        f.op('f32x4.mul');
      }
      f.set(product);
      isFirst = false;
    }
    if (rest > 1) {
      f.get(square, square);
      f.op('f32x4.mul');
      f.set(square);
    }
  }
  if (power < 0) f.splat(1);
  f.get(product);
  if (power < 0) f.op('f32x4.div');
  f.release(square);
  f.release(product);
}

function emitPower(f: FunctionBuilder, math: MathLibrary, a: ValueNode, b: ValueNode, push: (operand: ValueNode) => void): void {
  for (const operand of [a, b]) {
    push(operand);
    emitUnary(f, math, 'toFloat', operand.dtype);
  }
  f.call(math.function('pow'));
  if (a.dtype === 'int32') emitUnary(f, math, 'toInt', 'float32');
}

/** a - b floor(a / b) */
function emitMod(f: FunctionBuilder, math: MathLibrary, a: ValueNode, b: ValueNode, push: (operand: ValueNode) => void): void {
  const isInt = a.dtype === 'int32';
  const [x, y] = [f.local('v128'), f.local('v128')];
  push(a);
  f.set(x);
  push(b);
  f.set(y);
  f.get(x, y, x, y);
  if (isInt) f.call(math.function('floorDiv'));
  else f.op('f32x4.div', 'f32x4.floor');
  f.op(...(isInt ? (['i32x4.mul', 'i32x4.sub'] as const) : (['f32x4.mul', 'f32x4.sub'] as const)));
  f.release(x);
  f.release(y);
}
