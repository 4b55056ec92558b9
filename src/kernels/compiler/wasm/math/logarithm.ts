import type { FunctionBuilder } from '../function-builder.ts';
import { LN2_HIGH, LN2_LOW } from './exponential.ts';
import type { MathLibrary } from './library.ts';
import { horner } from './parts.ts';

export function emitLog(f: FunctionBuilder): void {
  const x = f.local('v128');
  const isSmall = f.local('v128');
  const bits = f.local('v128');
  const e = f.local('v128');
  const z = f.local('v128');
  const zz = f.local('v128');
  // Subnormal numbers are scaled by 2^23.
  f.get(0);
  f.splat(2 ** -126);
  f.op('f32x4.lt');
  f.set(isSmall);
  f.get(0);
  f.splat(2 ** 23);
  f.op('f32x4.mul');
  f.get(0, isSmall);
  f.op('v128.bitselect');
  f.tee(x);
  // x = 2^e m with m from sqrt(1/2) to sqrt(2): 0x3f3504f3 are the bits of sqrt(1/2).
  f.ints([0x3f3504f3, 0x3f3504f3, 0x3f3504f3, 0x3f3504f3]);
  f.op('i32x4.sub');
  f.i32(23);
  f.op('i32x4.shr_s');
  f.set(bits);
  f.get(x, bits);
  f.i32(23);
  f.op('i32x4.shl', 'i32x4.sub');
  f.splat(1);
  f.op('f32x4.sub');
  f.set(z);
  f.get(bits);
  f.op('f32x4.convert_i32x4_s');
  f.get(isSmall);
  f.splat(23);
  f.op('v128.and', 'f32x4.sub');
  f.set(e);
  f.get(z, z);
  f.op('f32x4.mul');
  f.set(zz);
  horner(
    f,
    z,
    [
      7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1,
      -2.4999993993e-1, 3.3333331174e-1,
    ],
  );
  f.get(z);
  f.op('f32x4.mul');
  f.get(zz);
  f.op('f32x4.mul');
  f.get(e);
  f.splat(LN2_LOW);
  f.op('f32x4.mul', 'f32x4.add');
  f.get(zz);
  f.splat(0.5);
  f.op('f32x4.mul', 'f32x4.sub');
  f.get(z);
  f.op('f32x4.add');
  f.get(e);
  f.splat(LN2_HIGH);
  f.op('f32x4.mul', 'f32x4.add');
  f.set(z);
  // 0 gives -infinity, negative numbers NaN; NaN and +infinity give themselves.
  f.splat(Number.NEGATIVE_INFINITY);
  f.splat(Number.NaN);
  f.get(0);
  f.splat(0);
  f.op('f32x4.eq', 'v128.bitselect');
  f.get(z);
  f.get(0);
  f.splat(0);
  f.op('f32x4.le', 'v128.bitselect');
  f.set(z);
  f.get(z, 0);
  f.get(0);
  f.splat(Number.POSITIVE_INFINITY);
  f.op('f32x4.lt', 'v128.bitselect');
}

export function emitLog1p(f: FunctionBuilder, library: MathLibrary): void {
  const u = f.local('v128');
  f.get(0);
  f.splat(1);
  f.op('f32x4.add');
  f.tee(u);
  f.call(library.function('log'));
  // What the rounding of 1 + x lost, to first order: (x - (u - 1)) / u. Not where u is 0 or infinite.
  f.get(0, u);
  f.splat(1);
  f.op('f32x4.sub', 'f32x4.sub');
  f.get(u);
  f.op('f32x4.div');
  f.get(u);
  f.splat(0);
  f.op('f32x4.gt');
  f.get(u);
  f.splat(Number.POSITIVE_INFINITY);
  f.op('f32x4.lt', 'v128.and', 'v128.and', 'f32x4.add');
}
