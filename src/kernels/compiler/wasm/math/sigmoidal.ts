import type { FunctionBuilder } from '../function-builder.ts';
import { emitExp } from './exponential.ts';
import { clamp, horner, splitSign } from './parts.ts';

export function emitTanh(f: FunctionBuilder): void {
  const { size, sign } = splitSign(f, 0);
  const z = f.local('v128');
  f.get(0, 0);
  f.op('f32x4.mul');
  f.set(z);
  horner(f, z, [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1]);
  f.get(z);
  f.op('f32x4.mul');
  f.get(0);
  f.op('f32x4.mul');
  f.get(0);
  f.op('f32x4.add');
  // 1 - 2 / (exp(2 |x|) + 1) further out.
  f.splat(1);
  f.splat(2);
  f.get(size, size);
  f.op('f32x4.add');
  emitExp(f);
  f.splat(1);
  f.op('f32x4.add', 'f32x4.div', 'f32x4.sub');
  f.get(sign);
  f.op('v128.or');
  f.get(size);
  f.splat(0.625);
  f.op('f32x4.lt', 'v128.bitselect');
}

export function emitErf(f: FunctionBuilder): void {
  const { size, sign } = splitSign(f, 0);
  const z = f.local('v128');
  f.get(0, 0);
  f.op('f32x4.mul');
  f.set(z);
  horner(f, z, [-5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1]);
  f.get(0);
  f.op('f32x4.mul');
  f.get(0);
  f.op('f32x4.add');
  f.splat(1);
  f.get(size);
  const far = clamp(f, 0, 10);
  horner(f, far, [-1.7285347e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2, -1.06777877e-1, -6.34846687e-1, -1.28717512e-1]);
  f.get(far);
  f.op('f32x4.mul');
  f.get(far);
  f.op('f32x4.sub');
  emitExp(f);
  f.op('f32x4.sub');
  f.get(sign);
  f.op('v128.or');
  f.get(size);
  f.splat(0.927734375);
  f.op('f32x4.le', 'v128.bitselect');
}
