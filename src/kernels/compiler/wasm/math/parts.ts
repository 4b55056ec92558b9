import type { FunctionBuilder, Local } from '../function-builder.ts';

/** (...(c0 x + c1) x + ...) + cn, on the stack. */
export function horner(f: FunctionBuilder, x: Local, coefficients: readonly number[]): void {
  const [first, ...rest] = coefficients;
  f.splat(first as number);
  for (const coefficient of rest) {
    f.get(x);
    f.op('f32x4.mul');
    f.splat(coefficient);
    f.op('f32x4.add');
  }
}

/** Clamps the x on the stack to [low, high], NaN stays NaN: pmax(x, low) is x where the comparison fails. Into a new local. */
export function clamp(f: FunctionBuilder, low: number, high: number): Local {
  const clamped = f.local('v128');
  f.splat(low);
  f.op('f32x4.pmax');
  f.splat(high);
  f.op('f32x4.pmin');
  f.set(clamped);
  return clamped;
}

/** |x|, and the sign bit of x, into new locals. */
export function splitSign(f: FunctionBuilder, x: Local): { readonly size: Local; readonly sign: Local } {
  const size = f.local('v128');
  const sign = f.local('v128');
  f.get(x);
  f.op('f32x4.abs');
  f.set(size);
  f.get(x);
  f.splat(-0);
  f.op('v128.and');
  f.set(sign);
  return { size, sign };
}
