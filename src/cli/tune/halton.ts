import { fillUniform, permutation } from '../../kernels/counter-random.ts';

/**
 * Scrambled Halton points as AlgoPerf draws them (mlcommons/algorithmic-efficiency, algoperf/halton.py, after Bousquet et al., 2017,
 * arXiv 1706.03200): per dimension a van der Corput sequence whose digits 1 .. p - 1 are shuffled, plus a random shift modulo 1; the first
 * 100 points are skipped and the order of the rest is shuffled. Random numbers come from our counter generator instead of NumPy's.
 */

const SKIPPED = 100;
const PRIMES_BELOW = 1000;

/** Words that keep the uses of one seed apart, in the place of `layer` of the counter generator. */
const STREAM = { digits: 0x48414c31, shift: 0x48414c32, order: 0x48414c33 } as const;

function primesBelow(limit: number): readonly number[] {
  const composite = new Uint8Array(limit);
  const primes: number[] = [];
  for (let n = 2; n < limit; n++) {
    if (composite[n]) continue;
    primes.push(n);
    for (let multiple = n * n; multiple < limit; multiple += n) composite[multiple] = 1;
  }
  return primes;
}

/** The bases AlgoPerf takes: the `dimensions` primes just before the largest one below 1000. */
export function haltonBases(dimensions: number): readonly number[] {
  return primesBelow(PRIMES_BELOW).slice(-dimensions - 1, -1);
}

/** Radical inverse of `index` in base p, its digits mapped through `digits`. */
export function radicalInverse(index: number, digits: ArrayLike<number>): number {
  const base = digits.length;
  let value = 0;
  let denominator = base;
  for (let rest = index; rest > 0; rest = Math.floor(rest / base)) {
    value += (digits[rest % base] as number) / denominator;
    denominator *= base;
  }
  return value;
}

/** `count` points in [0, 1)^dimensions, a pure function of (count, dimensions, seed). */
export function haltonPoints(count: number, dimensions: number, seed: number): readonly (readonly number[])[] {
  const columns = haltonBases(dimensions).map((base, dimension) => {
    // 0 stays where it is, so that a finite index keeps a finite expansion.
    const digits = [0, ...Array.from(permutation(seed, dimension, STREAM.digits, base - 1), (digit) => digit + 1)];
    const shift = new Float32Array(1);
    fillUniform(seed, dimension, STREAM.shift, shift);
    return Array.from({ length: count }, (_, index) => (radicalInverse(SKIPPED + index + 1, digits) + (shift[0] as number)) % 1);
  });
  return Array.from(permutation(seed, 0, STREAM.order, count), (index) => columns.map((column) => column[index] as number));
}
