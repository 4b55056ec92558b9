import { FunctionBuilder, type Local } from './function-builder.ts';
import type { ModuleBuilder } from './module-builder.ts';
import type { ValueType } from './opcodes.ts';
import { emitPow } from './pow.ts';

/**
 * Element-wise functions that WebAssembly lacks, over four float32 lanes (`uniform` and `floorDiv` over int32). Polynomials and
 * reductions are those of Cephes 2.8 (S. Moshier, expf.c, logf.c, tanhf.c, sinf.c), erf is N. Juffa's erff; all within a few units in the
 * last place, with the results of `scalar-math.ts` for NaN, infinities, overflow and subnormal numbers. Only +, -, *, / and
 * rounding are used, so the bits are the same on every machine.
 */
export type MathName = 'exp' | 'expm1' | 'log' | 'log1p' | 'tanh' | 'erf' | 'sin' | 'cos' | 'pow' | 'floorDiv' | 'uniform';

interface MathFunction {
  /** Parameters, all v128, of which the last may be followed by an i32 (`uniform`: the layer). */
  readonly params: readonly ValueType[];
  /** Leaves the result on the stack. */
  readonly emit: (f: FunctionBuilder, library: MathLibrary) => void;
}

const LOG2_E = 1.44269504088896341;
// ln 2 in two parts, of which the first has few bits, so that its products with small integers are exact.
const LN2_HIGH = 0.693359375;
const LN2_LOW = -2.1219444e-4;

/** (...(c0 x + c1) x + ...) + cn, on the stack. */
export function horner(f: FunctionBuilder, x: Local, coefficients: readonly number[]): void {
  coefficients.forEach((coefficient, index) => {
    if (index === 0) return f.splat(coefficient);
    f.get(x);
    f.op('f32x4.mul');
    f.splat(coefficient);
    f.op('f32x4.add');
  });
}

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

/** Clamps x to [low, high] and keeps NaN: pmax(x, low) is x where the comparison fails. Into a new local. */
function clamp(f: FunctionBuilder, x: Local, low: number, high: number): Local {
  const clamped = f.local('v128');
  f.get(x);
  f.splat(low);
  f.op('f32x4.pmax');
  f.splat(high);
  f.op('f32x4.pmin');
  f.set(clamped);
  return clamped;
}

/** nearest(x log2 e) into a new local. */
function powersOfTwo(f: FunctionBuilder, x: Local): Local {
  const n = f.local('v128');
  f.get(x);
  f.splat(LOG2_E);
  f.op('f32x4.mul', 'f32x4.nearest');
  f.set(n);
  return n;
}

/** 2^n for int32 n on the stack, -126 <= n <= 127. */
function exponent(f: FunctionBuilder): void {
  f.ints([127, 127, 127, 127]);
  f.op('i32x4.add');
  f.i32(23);
  f.op('i32x4.shl');
}

function emitExp(f: FunctionBuilder): void {
  // exp(-104) is less than half the smallest float32, exp(89) more than the largest.
  const x = clamp(f, 0, -104, 89);
  const n = powersOfTwo(f, x);
  const r = reduceByLn2(f, x, n);
  const whole = f.local('v128');
  const half = f.local('v128');
  smallExpm1(f, r);
  f.splat(1);
  f.op('f32x4.add');
  // In two factors, for neither 2^128 nor 2^-149 is a normal float32.
  f.get(n);
  f.op('i32x4.trunc_sat_f32x4_s');
  f.tee(whole);
  f.i32(1);
  f.op('i32x4.shr_s');
  f.tee(half);
  exponent(f);
  f.op('f32x4.mul');
  f.get(whole, half);
  f.op('i32x4.sub');
  exponent(f);
  f.op('f32x4.mul');
}

function emitExpm1(f: FunctionBuilder): void {
  const x = clamp(f, 0, -40, 89);
  const n = powersOfTwo(f, x);
  const r = reduceByLn2(f, x, n);
  const scale = f.local('v128');
  // 2^(n-1), for n may be 128: exp(x) - 1 = 2 (2^(n-1) expm1(r) + (2^(n-1) - 1/2)).
  f.get(n);
  f.op('i32x4.trunc_sat_f32x4_s');
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
}

function emitLog(f: FunctionBuilder): void {
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

function emitLog1p(f: FunctionBuilder, library: MathLibrary): void {
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

/** |x|, and the sign bit of x, into new locals. */
function splitSign(f: FunctionBuilder, x: Local): { readonly size: Local; readonly sign: Local } {
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

function emitTanh(f: FunctionBuilder, library: MathLibrary): void {
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
  f.call(library.function('exp'));
  f.splat(1);
  f.op('f32x4.add', 'f32x4.div', 'f32x4.sub');
  f.get(sign);
  f.op('v128.or');
  f.get(size);
  f.splat(0.625);
  f.op('f32x4.lt', 'v128.bitselect');
}

function emitErf(f: FunctionBuilder, library: MathLibrary): void {
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
  const far = clamp(f, size, 0, 10);
  horner(f, far, [-1.7285347e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2, -1.06777877e-1, -6.34846687e-1, -1.28717512e-1]);
  f.get(far);
  f.op('f32x4.mul');
  f.get(far);
  f.op('f32x4.sub');
  f.call(library.function('exp'));
  f.op('f32x4.sub');
  f.get(sign);
  f.op('v128.or');
  f.get(size);
  f.splat(0.927734375);
  f.op('f32x4.le', 'v128.bitselect');
}

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
  // pi/2 in two parts: the first has 33 bits.
  f.get(x, n);
  f.doubles([1.57079632673412561417, 1.57079632673412561417]);
  f.op('f64x2.mul', 'f64x2.sub');
  f.get(n);
  f.doubles([6.07710050650619224932e-11, 6.07710050650619224932e-11]);
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
function emitSine(f: FunctionBuilder, turns: 0 | 1): void {
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

/** floor(a / b) of int32 lanes; 0 where b is 0. Exact: float64 holds both and their quotient's floor. */
function emitFloorDiv(f: FunctionBuilder): void {
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
function emitUniform(f: FunctionBuilder): void {
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

const FUNCTIONS: Readonly<Record<MathName, MathFunction>> = {
  exp: { params: ['v128'], emit: emitExp },
  expm1: { params: ['v128'], emit: emitExpm1 },
  log: { params: ['v128'], emit: emitLog },
  log1p: { params: ['v128'], emit: emitLog1p },
  tanh: { params: ['v128'], emit: emitTanh },
  erf: { params: ['v128'], emit: emitErf },
  sin: { params: ['v128'], emit: (f) => emitSine(f, 0) },
  cos: { params: ['v128'], emit: (f) => emitSine(f, 1) },
  pow: { params: ['v128', 'v128'], emit: emitPow },
  floorDiv: { params: ['v128', 'v128'], emit: emitFloorDiv },
  uniform: { params: ['v128', 'v128', 'v128', 'i32'], emit: emitUniform },
};

/** The functions a module needs, each added to it when it is first asked for. */
export class MathLibrary {
  readonly #module: ModuleBuilder;
  readonly #known = new Map<MathName, number>();

  constructor(module: ModuleBuilder) {
    this.#module = module;
  }

  /** Index of the function, for `call`. */
  function(name: MathName): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const { params, emit } = FUNCTIONS[name];
    const f = new FunctionBuilder(params, ['v128']);
    emit(f, this);
    const index = this.#module.add(name, f);
    this.#known.set(name, index);
    return index;
  }
}
