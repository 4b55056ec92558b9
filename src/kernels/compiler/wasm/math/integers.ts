import type { FunctionBuilder, Local } from '../function-builder.ts';

/** floor(a / b) of int32 lanes; 0 where b is 0. Exact: float64 holds both and their quotient's floor. */
export function emitFloorDiv(f: FunctionBuilder): void {
  for (const half of [0, 2]) {
    for (const operand of [0, 1]) {
      f.get(operand, operand);
      f.shuffle([half as 0 | 2, (half + 1) as 1 | 3, 0, 0]);
      f.op('f64x2.convert_low_i32x4_s');
    }
    f.op('f64x2.div', 'f64x2.floor', 'i32x4.trunc_sat_f64x2_s_zero');
  }
  f.shuffle([0, 1, 4, 5]);
  f.ints([0, 0, 0, 0]);
  f.get(1);
  f.ints([0, 0, 0, 0]);
  f.op('i32x4.ne', 'v128.bitselect');
}

/** `pcg4d` of counter-random.ts: (seed, step, index, layer) to float32 multiples of 2^-24. */
export function emitUniform(f: FunctionBuilder): void {
  const [seed, step, index, layer] = [0, 1, 2, 3];
  const words = [seed, step, layer, index].map((source) => {
    const word = f.local('v128');
    f.get(source);
    if (source === layer) f.op('i32x4.splat');
    f.ints([1664525, 1664525, 1664525, 1664525]);
    f.op('i32x4.mul');
    f.ints([1013904223, 1013904223, 1013904223, 1013904223]);
    f.op('i32x4.add');
    f.set(word);
    return word;
  });
  const [x, y, z, w] = words as [Local, Local, Local, Local];
  const mix = (target: Local, a: Local, b: Local): void => {
    f.get(target, a, b);
    f.op('i32x4.mul', 'i32x4.add');
    f.set(target);
  };
  const round = (): void => {
    mix(x, y, w);
    mix(y, z, x);
    mix(z, x, y);
    mix(w, y, z);
  };
  round();
  for (const word of words) {
    f.get(word, word);
    f.i32(16);
    f.op('i32x4.shr_u', 'v128.xor');
    f.set(word);
  }
  // Only x of the second round is used.
  mix(x, y, w);
  f.get(x);
  f.i32(8);
  f.op('i32x4.shr_u', 'f32x4.convert_i32x4_s');
  f.splat(2 ** -24);
  f.op('f32x4.mul');
}
