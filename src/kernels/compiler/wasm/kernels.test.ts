import { describe, expect, test } from 'vitest';
import { registerCustomKernel } from '../custom-kernels.ts';
import type { Access, Expr, Kernel, LoopsKernel, MatMulKernel, Schedule } from '../schedule.ts';
import { generateModule } from './generate.ts';
import { compare, fillInputs, programOf, writeInputs } from './testing/compare.ts';
import { LOG_SCAN } from './testing/log-scan.ts';

/** Both sides of vectors, of loop bodies and of cache lines. */
const SIZES = [1, 3, 4, 5, 7, 8, 63, 64, 65] as const;

const at = (strides: readonly number[], offset = 0): Access => ({ strides, offset, guards: [], fill: 0 });

function scheduleOf(kernels: readonly Kernel[], sizes: Readonly<Record<string, number>>, ints: readonly string[] = []): Schedule {
  return {
    kernels,
    buffers: Object.entries(sizes).map(([name, size]) => ({
      size,
      dtype: ints.includes(name) ? 'int32' : 'float32',
      storage: { kind: 'external', name, owner: 'run' },
    })),
  };
}

const loops = (kernel: Pick<LoopsKernel, 'extents' | 'outer' | 'exprs' | 'passes'>): LoopsKernel => ({
  kind: 'loops',
  label: 'loops',
  level: 0,
  ...kernel,
});

async function expectEqual(schedule: Schedule, tolerance: number, rows = 4): Promise<void> {
  const { worst, where } = await compare(schedule, fillInputs(schedule, rows));
  expect(worst, where).toBeLessThanOrEqual(tolerance);
}

describe.each(SIZES)('for %d elements', (size) => {
  test('element-wise results are those of float32', async () => {
    const exprs: Expr[] = [
      { kind: 'load', buffer: 0, at: at([1]), dtype: 'float32' },
      { kind: 'load', buffer: 1, at: at([0], 2), dtype: 'float32' },
      { kind: 'binary', fn: 'mul', a: 0, b: 1, dtype: 'float32' },
      { kind: 'load', buffer: 2, at: at([-1], size - 1), dtype: 'float32' },
      { kind: 'binary', fn: 'sub', a: 2, b: 3, dtype: 'float32' },
    ];
    const passes = [{ reduces: [], stores: [{ buffer: 3, at: at([1]), value: 4 }], outerStores: [] }];
    const schedule = scheduleOf([loops({ extents: [size], outer: 1, exprs, passes })], { x: size, factor: 3, y: size, out: size });
    // Products of multiples of 1/64 are exact in float32.
    await expectEqual(schedule, 0);
  });

  test('rows and columns are reduced', async () => {
    const rows = 6;
    const reduces = (['sum', 'max', 'min'] as const).map((fn) => ({ fn, value: 0 }));
    const results = [0, 1, 2].map((index): Expr => ({ kind: 'reduced', index, dtype: 'float32' }));
    const outerStores = [0, 1, 2].map((index) => ({ buffer: index + 1, at: at([1, 0]), value: index + 1 }));
    const kernels = [at([size, 1]), at([1, rows])].map((access) =>
      loops({
        extents: [rows, size],
        outer: 1,
        exprs: [{ kind: 'load', buffer: 0, at: access, dtype: 'float32' }, ...results],
        passes: [{ reduces, stores: [], outerStores }],
      }),
    );
    // Sums of up to 65 multiples of 1/64 below 1 are exact in float32.
    for (const kernel of kernels) await expectEqual(scheduleOf([kernel], { x: rows * size, sum: rows, max: rows, min: rows }), 0);
  });

  test('softmax of rows', async () => {
    const load: Expr = { kind: 'load', buffer: 0, at: at([size, 1]), dtype: 'float32' };
    const schedule = scheduleOf(
      [
        loops({
          extents: [5, size],
          outer: 1,
          exprs: [
            load,
            { kind: 'reduced', index: 0, dtype: 'float32' },
            { kind: 'binary', fn: 'sub', a: 0, b: 1, dtype: 'float32' },
            { kind: 'unary', fn: 'exp', a: 2, dtype: 'float32' },
            { kind: 'load', buffer: 1, at: at([size, 1]), dtype: 'float32' },
            { kind: 'reduced', index: 1, dtype: 'float32' },
            { kind: 'binary', fn: 'div', a: 4, b: 5, dtype: 'float32' },
          ],
          passes: [
            { reduces: [{ fn: 'max', value: 0 }], stores: [], outerStores: [] },
            { reduces: [{ fn: 'sum', value: 3 }], stores: [{ buffer: 1, at: at([size, 1]), value: 3 }], outerStores: [] },
            { reduces: [], stores: [{ buffer: 1, at: at([size, 1]), value: 6 }], outerStores: [] },
          ],
        }),
      ],
      { x: 5 * size, y: 5 * size },
    );
    // exp, a sum of positive numbers and a division, each a few 2^-24.
    await expectEqual(schedule, 5e-7);
  });

  test.each(['m', 'n', 'k'] as const)('products have that many %s', async (dimension) => {
    for (const [transposeA, transposeB] of [
      [false, false],
      [true, false],
      [false, true],
    ] as const) {
      const extents: Record<'m' | 'n' | 'k', number> = { m: 9, n: 10, k: 11 };
      extents[dimension] = size;
      const { m, n, k } = extents;
      const schedule = scheduleOf(
        [
          {
            kind: 'matmul',
            label: 'product',
            level: 0,
            batch: [],
            m: [m],
            n: [n],
            k: [k],
            a: { buffer: 0, at: at(transposeA ? [1, m] : [k, 1]) },
            b: { buffer: 1, at: at(transposeB ? [1, k] : [n, 1]) },
            exprs: [
              { kind: 'accumulator', dtype: 'float32' },
              { kind: 'load', buffer: 2, at: at([0, 1]), dtype: 'float32' },
              { kind: 'binary', fn: 'add', a: 0, b: 1, dtype: 'float32' },
            ],
            stores: [{ buffer: 3, at: at([n, 1]), value: 2 }],
            columnSum: { buffer: 4, at: at([1]) },
          },
        ],
        { a: m * k, b: k * n, bias: n, c: m * n, sums: n },
      );
      // Products of multiples of 1/64 are multiples of 2^-12, and 65 of them fit into 24 bits.
      await expectEqual(schedule, 0);
    }
  });

  test('rows are added to the rows that indices name', async () => {
    const [count, rows] = [9, 4];
    const schedule = scheduleOf(
      [
        {
          kind: 'segmentSum',
          isSorted: false,
          label: 'segments',
          level: 0,
          count,
          rows,
          rowSize: size,
          values: { buffer: 0, at: at([size, 1]) },
          indices: { buffer: 1, at: at([1]) },
          target: { buffer: 2, at: at([size, 1]) },
        },
      ],
      { values: count * size, indices: count, target: rows * size },
      ['indices'],
    );
    await expectEqual(schedule, 0, rows);
  });
});

describe('large products', () => {
  const product = (m: number, n: number, k: number, aStrides: readonly [number, number]): Schedule =>
    scheduleOf(
      [
        {
          kind: 'matmul',
          label: 'product',
          level: 0,
          batch: [],
          m: [m],
          n: [n],
          k: [k],
          a: { buffer: 0, at: at(aStrides) },
          b: { buffer: 1, at: at([n, 1]) },
          exprs: [{ kind: 'accumulator', dtype: 'float32' }],
          stores: [{ buffer: 2, at: at([n, 1]), value: 0 }],
          columnSum: null,
        },
      ],
      { a: Math.max(m * k, aStrides[0] * (m - 1) + aStrides[1] * (k - 1) + 1), b: k * n, c: m * n },
    );

  test('are made in blocks of rows', async () => {
    // 600 products of multiples of 1/64: partial sums leave 24 bits, so each may be rounded.
    await expectEqual(product(253, 5, 600, [600, 1]), 1e-6);
  });

  test('are made of copies where columns lie 2048 bytes apart', async () => {
    await expectEqual(product(512, 33, 7, [1, 512]), 0);
    const [crowded, usual] = [product(512, 33, 7, [1, 512]), product(512, 33, 7, [1, 513])].map((schedule) => {
      const { arenaBytes } = generateModule({ part: schedule }, 'plain');
      return arenaBytes;
    });
    expect((crowded as number) - (usual as number)).toBeGreaterThan(4 * 512 * 7);
  });

  test('with a transposed matrix are made of copies of its tiles, block after block', async () => {
    await expectEqual(product(64, 64, 7, [1, 64]), 0);
    // 600 products of multiples of 1/64: partial sums leave 24 bits, so each may be rounded.
    const blocks = product(512, 32, 600, [1, 512]);
    await expectEqual(blocks, 1e-6);
    const [copied, apart] = [blocks, product(512, 32, 600, [2, 1024])].map((schedule) => {
      const { arenaBytes } = generateModule({ part: schedule }, 'plain');
      return arenaBytes;
    });
    // One block of rows, not all of them.
    expect((copied as number) - (apart as number)).toBeGreaterThan(100 * 1024);
    expect((copied as number) - (apart as number)).toBeLessThan(4 * 512 * 600);
  });

  test('with many columns are made of copies of tiles whose rows are contiguous', async () => {
    await expectEqual(product(64, 136, 7, [7, 1]), 0);
    await expectEqual(product(62, 136, 7, [7, 1]), 0);
    const [copied, fewColumns, uneven] = [product(64, 128, 60, [60, 1]), product(64, 64, 60, [60, 1]), product(62, 128, 60, [60, 1])].map(
      (schedule) => generateModule({ part: schedule }, 'plain').arenaBytes,
    );
    expect((copied as number) - (uneven as number)).toBeGreaterThanOrEqual(4 * 64 * 60);
    expect(fewColumns).toBeLessThanOrEqual(uneven as number);
  });
});

test('segments of values that are not contiguous, to a target that is not either', async () => {
  const [count, rows, rowSize] = [7, 3, 6];
  const values: Access = { strides: [2, 14], offset: -4, guards: [{ coefficients: [1, 0], offset: -2, extent: 4 }], fill: 0.5 };
  const schedule = scheduleOf(
    [
      {
        kind: 'segmentSum',
        isSorted: false,
        label: 'segments',
        level: 0,
        count,
        rows,
        rowSize,
        values: { buffer: 0, at: values },
        indices: { buffer: 1, at: at([2], 1) },
        target: { buffer: 2, at: at([1, 3]) },
      },
    ],
    { values: 14 * rowSize, indices: 2 * count + 1, target: rows * rowSize },
    ['indices'],
  );
  await expectEqual(schedule, 0, rows);
});

test('maxima and minima are NaN where an element is', async () => {
  const [rows, columns] = [9, 11];
  const exprs: Expr[] = [
    { kind: 'load', buffer: 0, at: at([columns, 1]), dtype: 'float32' },
    { kind: 'reduced', index: 0, dtype: 'float32' },
    { kind: 'reduced', index: 1, dtype: 'float32' },
  ];
  const reduces = (['max', 'min'] as const).map((fn) => ({ fn, value: 0 }));
  const outerStores = [1, 2].map((buffer) => ({ buffer, at: at([1, 0]), value: buffer }));
  const rowwise = loops({ extents: [rows, columns], outer: 1, exprs, passes: [{ reduces, stores: [], outerStores }] });
  // The same with the rows along the lanes.
  const columnwise = { ...rowwise, exprs: [{ ...exprs[0], at: at([1, rows]) } as Expr, ...exprs.slice(1)] };
  for (const kernel of [rowwise, columnwise]) {
    const schedule = scheduleOf([kernel], { x: rows * columns, max: rows, min: rows });
    const inputs = fillInputs(schedule, 1);
    const [row, column] = [4, 10];
    const planted = kernel === rowwise ? row * columns + column : column * rows + row;
    (inputs.x as Float64Array)[planted] = Number.NaN;
    const program = await programOf(schedule);
    writeInputs(program, schedule, inputs);
    program.call('all');
    for (const name of ['max', 'min']) {
      expect(Array.from(program.float32(name, 0), Number.isNaN), name).toEqual(Array.from({ length: rows }, (_, index) => index === row));
    }
    expect((await compare(schedule, inputs)).worst).toBe(0);
  }
});

describe('hand-written kernels', () => {
  const schedule = (name: string, states: number, steps: number): Schedule =>
    scheduleOf([{ kind: 'custom', label: 'Ctc 1', level: 0, name, attrs: { states }, inputs: [0], output: 1 }], {
      scores: states * steps,
      alpha: states * steps,
    });

  test('are emitted with the functions of the library', async () => {
    // The kernel's log 0 is -1e30 in both; elsewhere a few units of float32 per step.
    for (const [states, steps] of [
      [1, 4],
      [5, 9],
    ] as const) {
      const program = await programOf(schedule(LOG_SCAN.name, states, steps));
      const inputs = fillInputs(schedule(LOG_SCAN.name, states, steps), 1);
      writeInputs(program, schedule(LOG_SCAN.name, states, steps), inputs);
      program.call('all');
      const exact = LOG_SCAN.interpret([inputs.scores as Float64Array], { states }, states * steps);
      exact.forEach((value, index) => {
        const actual = program.float32('alpha', 0)[index] as number;
        expect(Math.abs(actual - value) / Math.max(1, Math.abs(value)), `alpha[${index}] = ${actual}, not ${value}`).toBeLessThan(1e-6);
      });
    }
  });

  test('without WebAssembly are refused by name', async () => {
    registerCustomKernel({ name: 'testWithoutWasm', interpret: () => new Float64Array(4) });
    await expect(programOf(schedule('testWithoutWasm', 1, 4))).rejects.toThrow(
      'Ctc 1: custom kernel "testWithoutWasm" has no WebAssembly code',
    );
  });
});

test('equal kernels share one function, whatever buffers they use', async () => {
  const size = 12;
  const product = (a: number, b: number, c: number, offset: number): MatMulKernel => ({
    kind: 'matmul',
    label: `product ${c}`,
    level: 0,
    batch: [],
    m: [size],
    n: [size],
    k: [size],
    a: { buffer: a, at: at([size, 1]) },
    b: { buffer: b, at: at([size, 1], offset) },
    exprs: [{ kind: 'accumulator', dtype: 'float32' }],
    stores: [{ buffer: c, at: at([size, 1]), value: 0 }],
    columnSum: null,
  });
  const area = size * size;
  const kernels = [product(0, 1, 2, 0), product(2, 1, 3, area), product(3, 1, 4, 2 * area)];
  const schedule = scheduleOf(kernels, { x: area, weights: 3 * area, h1: area, h2: area, h3: area });
  const module = generateModule({ part: schedule }, 'plain');
  expect(module.kernels).toBe(3);
  expect(module.kernelFunctions).toBe(1);
  // Three products with sums of 12 terms up to size 12: 2^-24 relative each, times the root of 36 terms.
  await expectEqual(schedule, 4e-7);
  // The same offset twice in one kernel is another kernel than two offsets.
  const twice = { ...product(0, 0, 1, 0), label: 'square' };
  expect(
    generateModule({ part: scheduleOf([twice, product(0, 2, 3, 0)], { x: area, y: area, w: area, z: area }) }, 'plain').kernelFunctions,
  ).toBe(2);
});
