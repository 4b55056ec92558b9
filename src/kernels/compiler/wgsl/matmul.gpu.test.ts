import { afterAll, beforeAll, expect, test } from 'vitest';
import { normals } from '../../counter-random.ts';
import type { AdapterClass } from './adapter-class.ts';
import { runOnGpu, testDevice } from './testing/gpu-harness.ts';
import { type MatMulCase, matMulSchedule } from './testing/schedules.ts';

let device: GPUDevice;
let errors: string[];

beforeAll(async () => {
  ({ device, errors } = await testDevice());
});

afterAll(() => expect(errors).toEqual([]));

const RUNS = 2;
const ADAPTERS: readonly AdapterClass[] = ['hardware', 'software'];

function valuesOf({ batch, m, n, k }: MatMulCase, runs: number) {
  return {
    a: normals(1, 0, 0, runs * batch * m * k),
    b: normals(2, 0, 0, runs * batch * k * n),
    bias: normals(3, 0, 0, runs * n),
  };
}

/** The products of all runs in float64, and the sums of |a| |b| that bound their rounding. */
function expected(spec: MatMulCase, runs: number) {
  const { batch, m, n, k, transposeA, transposeB, hasEpilogue } = spec;
  const { a, b, bias } = valuesOf(spec, runs);
  const c = new Float64Array(runs * batch * m * n);
  const scale = new Float64Array(c.length);
  const columns = new Float64Array(runs * batch * n);
  for (let rb = 0; rb < runs * batch; rb++) {
    for (let j = 0; j < n; j++) {
      const right = (p: number): number => b[rb * k * n + (transposeB ? j * k + p : p * n + j)] as number;
      for (let p = 0; p < k; p++) columns[rb * n + j] = (columns[rb * n + j] as number) + right(p);
      for (let i = 0; i < m; i++) {
        let sum = 0;
        let size = 0;
        for (let p = 0; p < k; p++) {
          const left = a[rb * m * k + (transposeA ? p * m + i : i * k + p)] as number;
          sum += left * right(p);
          size += Math.abs(left * right(p));
        }
        const at = (rb * m + i) * n + j;
        const added = sum + (bias[Math.floor(rb / batch) * n + j] as number);
        c[at] = hasEpilogue ? Math.max(added, 0) : sum;
        scale[at] = size + 1;
      }
    }
  }
  return { c, scale, columns };
}

function check(found: Record<string, ArrayLike<number>>, spec: MatMulCase, what: string): void {
  const { c, scale, columns } = expected(spec, RUNS);
  // k additions of float32 lose at most k ulps of the sum of sizes; in practice about sqrt(k), and never this much.
  const tolerance = 2 ** -24 * (spec.k + 4);
  c.forEach((value, i) => {
    const error = Math.abs((found.c?.[i] as number) - value) / (scale[i] as number);
    if (!(error <= tolerance)) throw new Error(`${what}: c[${i}] is ${found.c?.[i]}, expected ${value}`);
  });
  if (!spec.hasColumnSum) return;
  columns.forEach((value, i) => {
    const error = Math.abs((found.columns?.[i] as number) - value);
    // Sums of k normal numbers, each below 5.
    if (!(error <= 5 * spec.k * tolerance)) throw new Error(`${what}: columns[${i}] is ${found.columns?.[i]}, expected ${value}`);
  });
}

const PLAIN = { batch: 1, transposeA: false, transposeB: false, hasEpilogue: false, hasColumnSum: false };

// Both sides of vectors (4), tiles (4, 8) and workgroups (16, 64) in every dimension, in all layouts.
const SIZES: readonly (readonly [m: number, n: number, k: number])[] = [
  [1, 1, 1],
  [3, 5, 7],
  [4, 4, 4],
  [5, 3, 8],
  [7, 8, 4],
  [8, 7, 5],
  [8, 8, 8],
  [63, 65, 3],
  [64, 64, 64],
  [65, 63, 16],
  [64, 10, 64],
  [12, 12, 260],
];

for (const adapter of ADAPTERS) {
  test.each(
    SIZES.flatMap(([m, n, k]) =>
      [0, 1, 2, 3].map((layout) => ({
        ...PLAIN,
        m,
        n,
        k,
        transposeA: layout % 2 === 1,
        transposeB: layout > 1,
        hasEpilogue: true,
        hasColumnSum: true,
        batch: m < 8 ? 3 : 1,
      })),
    ),
  )(`${adapter}: multiplies $batch x ($m, $k) x ($k, $n), transposed $transposeA $transposeB`, async (spec) => {
    const found = await runOnGpu(device, matMulSchedule(spec), valuesOf(spec, RUNS), { runs: RUNS, adapter });
    check(found, spec, adapter);
  });

  test.each([
    { ...PLAIN, m: 9, n: 8, k: 3000, transposeA: true, hasColumnSum: true },
    { ...PLAIN, m: 3, n: 3, k: 1001, hasEpilogue: true, hasColumnSum: true },
    { ...PLAIN, m: 16, n: 32, k: 2048, transposeB: true, batch: 2 },
  ])(`${adapter}: splits a long inner dimension, ($m, $k) x ($k, $n)`, async (spec) => {
    const found = await runOnGpu(device, matMulSchedule(spec), valuesOf(spec, RUNS), { runs: RUNS, adapter });
    check(found, spec, adapter);
  });
}
