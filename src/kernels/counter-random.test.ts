import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillUniform, normals, pcg4d, permutation, STREAM } from './counter-random.ts';

const words = (seed: number, step: number, layer: number, index: number): number[] => {
  const out = new Uint32Array(4);
  pcg4d(seed, step, layer, index, out);
  return [...out];
};
const uniforms = (seed: number, step: number, layer: number, length: number): Float32Array => {
  const out = new Float32Array(length);
  fillUniform(seed, step, layer, out);
  return out;
};
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const correlation = (a: Float32Array, b: Float32Array): number => {
  const [ma, mb] = [mean(a), mean(b)];
  const products = a.map((value, i) => (value - ma) * ((b[i] as number) - mb));
  return mean(products) / Math.sqrt(mean(a.map((value) => (value - ma) ** 2)) * mean(b.map((value) => (value - mb) ** 2)));
};

/** The published listing in arithmetic of unlimited precision, modulo 2^32. */
function pcg4dBig(counters: readonly number[]): number[] {
  const mask = 0xffffffffn;
  let [x, y, z, w] = counters.map((value) => (BigInt(value >>> 0) * 1664525n + 1013904223n) & mask) as [bigint, bigint, bigint, bigint];
  const mix = () => {
    x = (x + y * w) & mask;
    y = (y + z * x) & mask;
    z = (z + x * y) & mask;
    w = (w + y * z) & mask;
  };
  mix();
  [x, y, z, w] = [x ^ (x >> 16n), y ^ (y >> 16n), z ^ (z >> 16n), w ^ (w >> 16n)];
  mix();
  return [x, y, z, w].map(Number);
}

describe('pcg4d', () => {
  test('agrees with the published listing evaluated in exact arithmetic', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffffffff), { minLength: 4, maxLength: 4 }), (counters) => {
        expect(words(...(counters as [number, number, number, number]))).toEqual(pcg4dBig(counters));
      }),
    );
  });

  test('keeps its bits from release to release', () => {
    // Any change here changes every initialisation, batch order and dropout mask, and with them all committed results.
    expect(words(0, 0, 0, 0)).toEqual(pcg4dBig([0, 0, 0, 0]));
    expect(words(1, 2, 3, 4)).toMatchInlineSnapshot(`
      [
        908250390,
        4044648920,
        3775961919,
        45698095,
      ]
    `);
  });
});

describe('uniform numbers', () => {
  const N = 65536;

  test('are multiples of 2^-24 in [0, 1)', () => {
    for (const value of uniforms(7, 1, 0, 4096)) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1);
      expect(value * 2 ** 24).toBe(Math.floor(value * 2 ** 24));
    }
  });

  test('fill 256 bins evenly for small neighbouring counters', () => {
    for (const [seed, step, layer] of [
      [0, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [3, 599, 3],
    ] as const) {
      const bins = new Float64Array(256);
      for (const value of uniforms(seed, step, layer, N)) bins[Math.floor(value * 256)] = (bins[Math.floor(value * 256)] as number) + 1;
      const chi2 = bins.reduce((sum, count) => sum + (count - N / 256) ** 2 / (N / 256), 0);
      // 255 degrees of freedom: mean 255, standard deviation 22.6; 5 standard deviations either way.
      expect(Math.abs(chi2 - 255), `chi2 ${chi2} at ${seed},${step},${layer}`).toBeLessThan(113);
    }
  });

  test('of neighbouring seeds, steps, layers and indices are uncorrelated', () => {
    const base = uniforms(5, 10, 1, N);
    const others = {
      seed: uniforms(6, 10, 1, N),
      step: uniforms(5, 11, 1, N),
      layer: uniforms(5, 10, 2, N),
      index: uniforms(5, 10, 1, N + 1).subarray(1),
    };
    // The standard error of a correlation of N independent pairs is 1/256; 5 of them.
    for (const [name, other] of Object.entries(others)) expect(Math.abs(correlation(base, other)), name).toBeLessThan(5 / 256);
  });
});

describe('normal numbers', () => {
  const N = 65536;
  const values = normals(11, 2, STREAM.init, N);

  test('have the moments of a standard normal', () => {
    // Standard errors: mean 1/256, variance sqrt(2)/256, fourth moment sqrt(96)/256; 5 of each.
    expect(Math.abs(mean(values))).toBeLessThan(5 / 256);
    expect(Math.abs(mean(values.map((value) => value ** 2)) - 1)).toBeLessThan((5 * Math.SQRT2) / 256);
    expect(Math.abs(mean(values.map((value) => value ** 4)) - 3)).toBeLessThan((5 * Math.sqrt(96)) / 256);
  });

  test('do not depend on how many are asked for', () => {
    expect(normals(11, 2, STREAM.init, 100)).toEqual(values.slice(0, 100));
  });
});

describe('permutations', () => {
  test('hold every row exactly once', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(1000), fc.integer({ min: 1, max: 300 }), (seed, epoch, length) => {
        const sorted = permutation(seed, epoch, STREAM.batches, length).slice().sort();
        expect(sorted).toEqual(Int32Array.from({ length }, (_, i) => i));
      }),
    );
  });

  test('put every element everywhere equally often', () => {
    const [length, draws] = [8, 8000];
    const counts = new Float64Array(length * length);
    for (let epoch = 0; epoch < draws; epoch++)
      permutation(1, epoch, STREAM.batches, length).forEach((element, place) => {
        counts[place * length + element] = (counts[place * length + element] as number) + 1;
      });
    const expected = draws / length;
    const chi2 = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 49 degrees of freedom: mean 49, standard deviation 9.9; 5 of them.
    expect(Math.abs(chi2 - 49)).toBeLessThan(50);
  });
});
