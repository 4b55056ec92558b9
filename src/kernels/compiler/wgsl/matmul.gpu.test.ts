import { afterAll, beforeAll, expect, test } from 'vitest';
import { normals } from '../../counter-random.ts';
import type { AdapterClass } from './adapter-class.ts';
import { runOnGpu, testDevice } from './testing/gpu-harness.ts';
import { type MatMulCase, matMulSchedule } from './testing/schedules.ts';

interface Target {
  readonly name: string;
  readonly adapter: AdapterClass;
  /** Whether the device lets threads of a subgroup share what they load. */
  readonly hasSubgroups: boolean;
}

const TARGETS: readonly Target[] = [
  { name: 'hardware', adapter: 'hardware', hasSubgroups: true },
  { name: 'software', adapter: 'software', hasSubgroups: true },
  { name: 'software without subgroups', adapter: 'software', hasSubgroups: false },
];

const devices: GPUDevice[] = [];
let errors: string[];

beforeAll(async () => {
  const granted = await testDevice();
  errors = granted.errors;
  const plain = (await (await navigator.gpu.requestAdapter())?.requestDevice()) as GPUDevice;
  plain.addEventListener('uncapturederror', ({ error }) => errors.push(error.message));
  devices.push(plain, granted.device);
});

afterAll(() => expect(errors).toEqual([]));

const RUNS = 2;
const deviceFor = ({ hasSubgroups }: Target): GPUDevice => devices[hasSubgroups ? 1 : 0] as GPUDevice;

test('the device of the tests has subgroups of 4', () => {
  const { features, adapterInfo } = devices[1] as GPUDevice;
  expect([features.has('subgroups'), adapterInfo.subgroupMinSize]).toEqual([true, 4]);
});

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

/** Where an operand has NaN: one row of a, or one column of b. */
const POISONED = [
  { of: 'a', most: 5 },
  { of: 'b', most: 9 },
] as const;

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
  [13, 3, 64],
  [24, 4, 32],
];

for (const target of TARGETS) {
  const { name, adapter } = target;

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
  )(`${name}: multiplies $batch x ($m, $k) x ($k, $n), transposed $transposeA $transposeB`, async (spec) => {
    const found = await runOnGpu(deviceFor(target), matMulSchedule(spec), valuesOf(spec, RUNS), { runs: RUNS, adapter });
    check(found, spec, name);
  });

  test.each([
    { ...PLAIN, m: 9, n: 8, k: 3000, transposeA: true, hasColumnSum: true },
    { ...PLAIN, m: 3, n: 3, k: 1001, hasEpilogue: true, hasColumnSum: true },
    { ...PLAIN, m: 16, n: 32, k: 2048, transposeB: true, batch: 2 },
  ])(`${name}: splits a long inner dimension, ($m, $k) x ($k, $n)`, async (spec) => {
    const found = await runOnGpu(deviceFor(target), matMulSchedule(spec), valuesOf(spec, RUNS), { runs: RUNS, adapter });
    check(found, spec, name);
  });

  // Ends of k, of rows and of columns beyond which other elements of the operand lie.
  test.each(
    [...[3, 7, 8, 10].map((k) => ({ ...PLAIN, m: 18, n: 20, k })), { ...PLAIN, m: 18, n: 3, k: 36 }].flatMap((spec) =>
      [0, 1, 2, 3].map((layout) => ({ ...spec, transposeA: layout % 2 === 1, transposeB: layout > 1 })),
    ),
  )(`${name}: NaN in a row or column stays there, n = $n, k = $k, transposed $transposeA $transposeB`, async (spec) => {
    const { m, n, k, transposeA, transposeB } = spec;
    for (const { of, most } of POISONED) {
      const index = Math.min(most, (of === 'a' ? m : n) - 1);
      const values = valuesOf(spec, RUNS);
      for (let p = 0; p < k; p++) {
        if (of === 'a') values.a[transposeA ? p * m + index : index * k + p] = Number.NaN;
        else values.b[transposeB ? index * k + p : p * n + index] = Number.NaN;
      }
      const { c } = await runOnGpu(deviceFor(target), matMulSchedule(spec), values, { runs: RUNS, adapter });
      const wrong = Array.from(c as Float32Array).flatMap((value, at) => {
        const [run, i, j] = [Math.floor(at / (m * n)), Math.floor(at / n) % m, at % n];
        return Number.isNaN(value) === (run === 0 && (of === 'a' ? i : j) === index) ? [] : [[run, i, j]];
      });
      expect(wrong, of).toEqual([]);
    }
  });
}
