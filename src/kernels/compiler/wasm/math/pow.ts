import type { FunctionBuilder, Local } from '../function-builder.ts';

/** Both lanes of a float64 vector the same. */
const splat = (f: FunctionBuilder, value: number): void => f.doubles([value, value]);

const longs = (f: FunctionBuilder, value: bigint): void => f.vector(new Uint8Array(BigInt64Array.of(value, value).buffer));

/** log2 of two positive finite float64 lanes, relative error below 1e-12, on the stack. */
function log2(f: FunctionBuilder, x: Local): void {
  const e = f.local('v128');
  const s = f.local('v128');
  const ss = f.local('v128');
  // x = 2^e m with m from sqrt(1/2) to sqrt(2); 0x3fe6a09e667f3bcd are the bits of sqrt(1/2).
  f.get(x);
  longs(f, 0x3fe6a09e667f3bcdn);
  f.op('i64x2.sub');
  // There is no arithmetic shift and conversion of 64-bit lanes that is short: add the bias back and use 2^52 + e instead.
  longs(f, 0x3ff0000000000000n);
  f.op('i64x2.add');
  f.i32(52);
  f.op('i64x2.shr_u');
  f.set(e);
  f.get(x, e);
  longs(f, 1023n);
  f.op('i64x2.sub');
  f.i32(52);
  f.op('i64x2.shl', 'i64x2.sub');
  f.set(s); // m
  f.get(s);
  splat(f, 1);
  f.op('f64x2.sub');
  f.get(s);
  splat(f, 1);
  f.op('f64x2.add', 'f64x2.div');
  f.set(s);
  f.get(s, s);
  f.op('f64x2.mul');
  f.set(ss);
  // log m = 2 atanh(s) = 2 s (1 + s^2/3 + s^4/5 + ...), |s| < 0.172
  [15, 13, 11, 9, 7, 5, 3, 1].forEach((order, index) => {
    if (index > 0) {
      f.get(ss);
      f.op('f64x2.mul');
    }
    splat(f, 1 / order);
    if (index > 0) f.op('f64x2.add');
  });
  f.get(s);
  f.op('f64x2.mul');
  splat(f, 2 * Math.LOG2E);
  f.op('f64x2.mul');
  f.get(e);
  longs(f, 0x4330000000000000n); // the bits of 2^52
  f.op('v128.or');
  splat(f, 2 ** 52 + 1023);
  f.op('f64x2.sub', 'f64x2.add');
}

/** 2^y of two float64 lanes, relative error below 1e-11, NaN for NaN, on the stack. */
function exp2(f: FunctionBuilder, y: Local): void {
  const clamped = f.local('v128');
  const n = f.local('v128');
  const r = f.local('v128');
  // 2^1000 and 2^-1000 are infinity and 0 as float32.
  f.get(y);
  splat(f, -1000);
  f.op('f64x2.pmax');
  splat(f, 1000);
  f.op('f64x2.pmin');
  f.tee(clamped);
  f.op('f64x2.nearest');
  f.set(n);
  f.get(clamped, n);
  f.op('f64x2.sub');
  splat(f, Math.LN2);
  f.op('f64x2.mul');
  f.set(r);
  let factorial = 3628800; // 10!
  splat(f, 1 / factorial);
  for (let order = 9; order >= 0; order--) {
    factorial /= order + 1;
    f.get(r);
    f.op('f64x2.mul');
    splat(f, 1 / factorial);
    f.op('f64x2.add');
  }
  // The low bits of 2^52 + 2^51 + n are n in two's complement.
  f.get(n);
  splat(f, 2 ** 52 + 2 ** 51 + 1023);
  f.op('f64x2.add');
  f.i32(52);
  f.op('i64x2.shl', 'f64x2.mul');
}

/** |a|^b of two lanes as float32 in the lower half: `half` says which lanes. NaN where b is NaN, or infinite and |a| = 1. */
function powOfSizes(f: FunctionBuilder, half: 'low' | 'high'): Local {
  const a = f.local('v128');
  const b = f.local('v128');
  const y = f.local('v128');
  const result = f.local('v128');
  for (const [source, target] of [
    [0, a],
    [1, b],
  ] as const) {
    f.get(source);
    if (half === 'high') {
      f.get(source);
      f.shuffle([2, 3, 2, 3]);
    }
    f.op('f64x2.promote_low_f32x4');
    if (target === a) f.op('f64x2.abs');
    f.set(target);
  }
  log2(f, a);
  // log2 of 0 is -infinity; infinity and NaN stay.
  splat(f, Number.NEGATIVE_INFINITY);
  f.get(a);
  splat(f, 0);
  f.op('f64x2.ne', 'v128.bitselect');
  f.get(a);
  f.get(a);
  splat(f, Number.POSITIVE_INFINITY);
  f.op('f64x2.lt', 'v128.bitselect');
  f.get(b);
  f.op('f64x2.mul');
  f.set(y);
  exp2(f, y);
  // NaN has no bits that survive the clamp's arithmetic for certain: put it back.
  f.get(y);
  f.get(y, y);
  f.op('f64x2.eq', 'v128.bitselect', 'f32x4.demote_f64x2_zero');
  f.set(result);
  return result;
}

/** a^b over four float32 lanes through float64, with JavaScript's special cases. */
export function emitPow(f: FunctionBuilder): void {
  const [a, b] = [0, 1];
  const low = powOfSizes(f, 'low');
  const high = powOfSizes(f, 'high');
  const size = f.local('v128');
  const isOdd = f.local('v128');
  const isFraction = f.local('v128');
  f.get(low, high);
  f.shuffle([0, 1, 4, 5]);
  f.set(size);
  f.get(b, b);
  f.op('f32x4.floor', 'f32x4.ne');
  f.set(isFraction);
  // Odd: a whole number whose half is none.
  f.get(b);
  f.splat(0.5);
  f.op('f32x4.mul');
  f.get(b);
  f.splat(0.5);
  f.op('f32x4.mul', 'f32x4.floor', 'f32x4.ne');
  f.get(isFraction);
  f.op('v128.andnot');
  f.set(isOdd);
  // A negative base gives its sign to odd powers,
  f.get(size, isOdd, a);
  f.splat(-0);
  f.op('v128.and', 'v128.and', 'v128.xor');
  f.set(size);
  // and NaN to fractional ones, unless it is 0 or infinite.
  f.splat(Number.NaN);
  f.get(size);
  f.get(a);
  f.splat(0);
  f.op('f32x4.lt');
  f.get(a);
  f.splat(Number.NEGATIVE_INFINITY);
  f.op('f32x4.gt', 'v128.and');
  f.get(isFraction);
  f.op('v128.and', 'v128.bitselect');
  f.set(size);
  // Anything to the power 0 is 1.
  f.splat(1);
  f.get(size);
  f.get(b);
  f.splat(0);
  f.op('f32x4.eq', 'v128.bitselect');
}
