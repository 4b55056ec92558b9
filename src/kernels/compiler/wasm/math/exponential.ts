import type { FunctionBuilder, Local } from '../function-builder.ts';
import { clamp, horner } from './parts.ts';

// ln 2 in two parts, of which the first has few bits, so that its products with small integers are exact.
export const LN2_HIGH = 0.693359375;
export const LN2_LOW = -2.1219444e-4;

/** x - n ln 2 into a new local, for x = n ln 2 + r. */
function reduceByLn2(f: FunctionBuilder, x: Local, n: Local): Local {
  const r = f.local('v128');
  f.get(x, n);
  f.splat(LN2_HIGH);
  f.op('f32x4.mul', 'f32x4.sub');
  f.get(n);
  f.splat(LN2_LOW);
  f.op('f32x4.mul', 'f32x4.sub');
  f.set(r);
  return r;
}

/** exp(r) - 1 for |r| <= 0.35, on the stack. */
function smallExpm1(f: FunctionBuilder, r: Local): void {
  horner(f, r, [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1]);
  f.get(r);
  f.op('f32x4.mul');
  f.get(r);
  f.op('f32x4.mul');
  f.get(r);
  f.op('f32x4.add');
}

// Adding it to a number below 2^22 rounds that to an integer, whose bits are then the low ones of the sum.
const ROUNDER = 1.5 * 2 ** 23;

/** nearest(x log2 e) into two new locals: as float32, and as int32 where x is not NaN. */
function powersOfTwo(f: FunctionBuilder, x: Local): { readonly n: Local; readonly whole: Local } {
  const n = f.local('v128');
  const whole = f.local('v128');
  f.get(x);
  f.splat(Math.LOG2E);
  f.op('f32x4.mul');
  f.splat(ROUNDER);
  f.op('f32x4.add');
  f.tee(n);
  f.splat(ROUNDER);
  f.op('i32x4.sub');
  f.set(whole);
  f.get(n);
  f.splat(ROUNDER);
  f.op('f32x4.sub');
  f.set(n);
  return { n, whole };
}

/** 2^n for int32 n on the stack, -126 <= n <= 127. */
function exponent(f: FunctionBuilder): void {
  f.ints([127, 127, 127, 127]);
  f.op('i32x4.add');
  f.i32(23);
  f.op('i32x4.shl');
}

/** Replaces the x on the stack by exp(x). */
export function emitExp(f: FunctionBuilder): void {
  // exp(-104) is less than half the smallest float32, exp(89) more than the largest.
  const x = clamp(f, -104, 89);
  const { n, whole } = powersOfTwo(f, x);
  const r = reduceByLn2(f, x, n);
  const half = f.local('v128');
  smallExpm1(f, r);
  f.splat(1);
  f.op('f32x4.add');
  // In two factors, for neither 2^128 nor 2^-149 is a normal float32.
  f.get(whole);
  f.i32(1);
  f.op('i32x4.shr_s');
  f.tee(half);
  exponent(f);
  f.op('f32x4.mul');
  f.get(whole, half);
  f.op('i32x4.sub');
  exponent(f);
  f.op('f32x4.mul');
  for (const local of [x, n, whole, r, half]) f.release(local);
}

/** Replaces the x on the stack by exp(x) - 1. */
export function emitExpm1(f: FunctionBuilder): void {
  const x = clamp(f, -40, 89);
  const { n, whole } = powersOfTwo(f, x);
  const r = reduceByLn2(f, x, n);
  const scale = f.local('v128');
  // 2^(n-1), for n may be 128: exp(x) - 1 = 2 (2^(n-1) expm1(r) + (2^(n-1) - 1/2)).
  f.get(whole);
  f.ints([1, 1, 1, 1]);
  f.op('i32x4.sub');
  exponent(f);
  f.set(scale);
  smallExpm1(f, r);
  f.get(scale);
  f.op('f32x4.mul');
  f.get(scale);
  f.splat(0.5);
  f.op('f32x4.sub', 'f32x4.add');
  f.splat(2);
  f.op('f32x4.mul');
  for (const local of [x, n, whole, r, scale]) f.release(local);
}
