import type { FunctionBuilder, Local } from '../function-builder.ts';
import { horner } from './parts.ts';

// pi/2 in two parts, of which the first has 33 bits.
const HALF_PI_HIGH = 1.5707963267341256;
const HALF_PI_LOW = 6.077100506506192e-11;

/** r = x - n pi/2 in float64 for lanes `low`: the two lower or the two upper ones; n mod 4 and r as two lanes each. */
function reduceByHalfPi(f: FunctionBuilder, half: 'low' | 'high'): { readonly r: Local; readonly quadrant: Local } {
  const x = f.local('v128');
  const n = f.local('v128');
  const r = f.local('v128');
  const quadrant = f.local('v128');
  f.get(0);
  if (half === 'high') {
    f.get(0);
    f.shuffle([2, 3, 2, 3]);
  }
  f.op('f64x2.promote_low_f32x4');
  f.tee(x);
  f.doubles([2 / Math.PI, 2 / Math.PI]);
  f.op('f64x2.mul', 'f64x2.nearest');
  f.set(n);
  f.get(x, n);
  f.doubles([HALF_PI_HIGH, HALF_PI_HIGH]);
  f.op('f64x2.mul', 'f64x2.sub');
  f.get(n);
  f.doubles([HALF_PI_LOW, HALF_PI_LOW]);
  f.op('f64x2.mul', 'f64x2.sub', 'f32x4.demote_f64x2_zero');
  f.set(r);
  f.get(n, n);
  f.doubles([0.25, 0.25]);
  f.op('f64x2.mul', 'f64x2.floor');
  f.doubles([4, 4]);
  f.op('f64x2.mul', 'f64x2.sub', 'i32x4.trunc_sat_f64x2_s_zero');
  f.set(quadrant);
  return { r, quadrant };
}

/** sin(x + turns pi/2). Arguments up to about 10^6 keep their last digits. */
export function emitSine(f: FunctionBuilder, turns: 0 | 1): void {
  const low = reduceByHalfPi(f, 'low');
  const high = reduceByHalfPi(f, 'high');
  const r = f.local('v128');
  const quadrant = f.local('v128');
  const z = f.local('v128');
  f.get(low.r, high.r);
  f.shuffle([0, 1, 4, 5]);
  f.set(r);
  f.get(low.quadrant, high.quadrant);
  f.shuffle([0, 1, 4, 5]);
  f.ints([turns, turns, turns, turns]);
  f.op('i32x4.add');
  f.set(quadrant);
  f.get(r, r);
  f.op('f32x4.mul');
  f.set(z);
  // cos r
  horner(f, z, [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2]);
  f.get(z);
  f.op('f32x4.mul');
  f.get(z);
  f.op('f32x4.mul');
  f.get(z);
  f.splat(0.5);
  f.op('f32x4.mul', 'f32x4.sub');
  f.splat(1);
  f.op('f32x4.add');
  // sin r
  horner(f, z, [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1]);
  f.get(z);
  f.op('f32x4.mul');
  f.get(r);
  f.op('f32x4.mul');
  f.get(r);
  f.op('f32x4.add');
  f.get(quadrant);
  f.i32(31);
  f.op('i32x4.shl');
  f.i32(31);
  f.op('i32x4.shr_s', 'v128.bitselect');
  // The sign of quadrants 2 and 3.
  f.get(quadrant);
  f.i32(30);
  f.op('i32x4.shl');
  f.splat(-0);
  f.op('v128.and', 'v128.xor');
}
