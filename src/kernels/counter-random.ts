/**
 * Random numbers without a state: every number is a pure function of four 32-bit counters (seed, step, layer, index), so that any
 * of them can be computed anywhere, in any order, with the same bits.
 *
 * The hash is `pcg4d` of Jarzynski and Olano, "Hash Functions for GPU Rendering", Journal of Computer Graphics Techniques 9(3), 2020,
 * supplementary listing; integer arithmetic modulo 2^32 only, so JavaScript, WGSL and WASM agree exactly.
 * `src/kernels/counter-uniform.ts` holds the same hash in WGSL.
 */

/** Words that keep independent uses of one seed apart, in the place of `layer`. Dropout layers count 0, 1, 2 ... */
export const STREAM = {
  /** Initial parameters: step = tensor index. */
  init: 0x494e4954,
  /** Batch order: step = epoch. */
  batches: 0x42415443,
} as const;

const MULTIPLIER = 1664525;
const INCREMENT = 1013904223;
const TWO_POW_MINUS_24 = 2 ** -24;
const TWO_POW_MINUS_32 = 2 ** -32;

/** Four hashed 32-bit words (unsigned) for four counters, of which only the low 32 bits count. Written into `out`. */
export function pcg4d(seed: number, step: number, layer: number, index: number, out: Uint32Array): void {
  let x = (Math.imul(seed, MULTIPLIER) + INCREMENT) | 0;
  let y = (Math.imul(step, MULTIPLIER) + INCREMENT) | 0;
  let z = (Math.imul(layer, MULTIPLIER) + INCREMENT) | 0;
  let w = (Math.imul(index, MULTIPLIER) + INCREMENT) | 0;
  x = (x + Math.imul(y, w)) | 0;
  y = (y + Math.imul(z, x)) | 0;
  z = (z + Math.imul(x, y)) | 0;
  w = (w + Math.imul(y, z)) | 0;
  x ^= x >>> 16;
  y ^= y >>> 16;
  z ^= z >>> 16;
  w ^= w >>> 16;
  x = (x + Math.imul(y, w)) | 0;
  y = (y + Math.imul(z, x)) | 0;
  z = (z + Math.imul(x, y)) | 0;
  w = (w + Math.imul(y, z)) | 0;
  out[0] = x;
  out[1] = y;
  out[2] = z;
  out[3] = w;
}

/** Fills `out` with uniform numbers in [0, 1), multiples of 2^-24 and therefore exact in float32; element i has counter `index` = i. */
export function fillUniform(seed: number, step: number, layer: number, out: Float32Array): void {
  const words = new Uint32Array(4);
  for (let index = 0; index < out.length; index++) {
    pcg4d(seed, step, layer, index, words);
    out[index] = ((words[0] as number) >>> 8) * TWO_POW_MINUS_24;
  }
}

/**
 * `length` standard normal numbers, float32: Box-Muller in float64 on two words of each hash, rounded once.
 * `Math.log` and `Math.cos` may differ in their last bit between JavaScript engines; after rounding to float32 that hardly ever shows.
 */
export function normals(seed: number, step: number, layer: number, length: number): Float32Array {
  const words = new Uint32Array(4);
  return Float32Array.from({ length }, (_, index) => {
    pcg4d(seed, step, layer, index, words);
    // In (0, 1), so that the logarithm is finite.
    const radius = ((words[0] as number) + 0.5) * TWO_POW_MINUS_32;
    const angle = (words[1] as number) * TWO_POW_MINUS_32;
    return Math.sqrt(-2 * Math.log(radius)) * Math.cos(2 * Math.PI * angle);
  });
}

/** A permutation of 0 .. length - 1 (Fisher-Yates). The bias of drawing below a bound from 32 bits is at most length / 2^32. */
export function permutation(seed: number, step: number, layer: number, length: number): Int32Array {
  const words = new Uint32Array(4);
  const order = Int32Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last--) {
    pcg4d(seed, step, layer, last, words);
    const chosen = Math.floor((words[0] as number) * TWO_POW_MINUS_32 * (last + 1));
    const value = order[last] as number;
    order[last] = order[chosen] as number;
    order[chosen] = value;
  }
  return order;
}
