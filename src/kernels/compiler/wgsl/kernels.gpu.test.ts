import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { normals } from '../../counter-random.ts';
import { registerCustomKernel } from '../custom-kernels.ts';
import type { Expr, Kernel, Schedule } from '../schedule.ts';
import { segmentLists } from '../segment-lists.ts';
import type { AdapterClass } from './adapter-class.ts';
import { GpuProgram } from './gpu-program.ts';
import { externalsOf, runOnGpu, testDevice } from './testing/gpu-harness.ts';
import { assertAllClose, expectedOf } from './testing/reference.ts';
import {
  at,
  biasedSchedule,
  columnSchedule,
  convolutionSchedule,
  denseOfRowsSchedule,
  filterGradientSchedule,
  inPlaceSchedule,
  matMulSchedule,
  neighbourSchedule,
  replacedSchedule,
  runOwned,
  segmentSumSchedule,
  softmaxSchedule,
} from './testing/schedules.ts';

let device: GPUDevice;
let errors: string[];

beforeAll(async () => {
  ({ device, errors } = await testDevice());
});

afterAll(() => expect(errors).toEqual([]));

/** Exponentials and sums of at most some thousand numbers near 1 in float32, in another order. */
const TOLERANCE = 2e-5;

/** Numbers for every external; run r's are the same whatever the number of runs. */
function inputsOf(schedule: Schedule, runs: number): Record<string, Float32Array | Int32Array> {
  let stream = 0;
  return Object.fromEntries(
    [...externalsOf(schedule)].map(([name, { size, dtype, isShared }]) => {
      stream++;
      const count = isShared ? 1 : runs;
      if (dtype === 'int32') return [name, Int32Array.from({ length: count * size }, (_, i) => (i * 5 + (i >> 2)) % 4)];
      const values = new Float32Array(count * size);
      for (let run = 0; run < count; run++) values.set(normals(run, stream, 0, size), run * size);
      return [name, values];
    }),
  );
}

registerCustomKernel({
  name: 'testRunningSum',
  interpret: ([x], { rows = 1 }, size) => {
    const length = size / rows;
    return Float64Array.from({ length: size }, (_, i) => {
      let sum = 0;
      for (let j = i - (i % length); j <= i; j++) sum += x?.[j] as number;
      return sum;
    });
  },
  wgsl: {
    threads: ({ rows = 1 }) => rows,
    write: ({ thread, read, readOutput, write }, { rows = 1 }, size) => {
      const length = size / rows;
      return `
let first = ${thread} * ${length};
${write('first', read(0, 'first'))}
for (var i = first + 1; i < first + ${length}; i++) {
  ${write('i', `${readOutput('i - 1')} + ${read(0, 'i')}`)}
}`;
    },
  },
});

const customSchedule = (rows: number, cols: number): Schedule => ({
  buffers: [runOwned('x', rows * cols), runOwned('sums', rows * cols)],
  kernels: [{ kind: 'custom', label: 'running sum', level: 0, name: 'testRunningSum', attrs: { rows }, inputs: [0], output: 1 }],
});

const product = (m: number, n: number, k: number): Schedule =>
  matMulSchedule({ batch: 1, m, n, k, transposeA: false, transposeB: true, hasEpilogue: true, hasColumnSum: true });

/** Both sides of vectors, workgroups and long rows. */
const CASES: readonly (readonly [string, Schedule])[] = [
  ...[1, 3, 4, 5, 8, 63, 64, 65, 260, 1024, 5000].flatMap((cols): (readonly [string, Schedule])[] => [
    [`softmax of 3 rows of ${cols}`, softmaxSchedule(3, cols)],
    [`softmax of a row of ${cols}`, softmaxSchedule(1, cols)],
    [`columns of 5 rows of ${cols}`, columnSchedule(5, cols)],
    [`columns of ${cols} rows of 8`, columnSchedule(cols, 8)],
    [`${cols} rows of 12 plus a bias`, biasedSchedule(cols, 12)],
    [`${cols} rows of 5 plus a bias`, biasedSchedule(cols, 5)],
    [`${cols} in place`, inPlaceSchedule(cols)],
    [`${cols} before one is replaced`, replacedSchedule(cols)],
  ]),
  ['softmax of 130 rows of 10', softmaxSchedule(130, 10)],
  ['softmax of 65 rows of 8', softmaxSchedule(65, 8)],
  ['segment sums of rows of 8', segmentSumSchedule(13, 6, 8)],
  ['segment sums of rows of 3', segmentSumSchedule(70, 5, 3)],
  ['sums over neighbours, in vectors', neighbourSchedule(640, 4, 32)],
  ['sums over neighbours, one by one', neighbourSchedule(100, 3, 6)],
  ['rows of a batch, in vectors', denseOfRowsSchedule(9, 8, 5)],
  ['rows of a batch, one by one', denseOfRowsSchedule(13, 6, 8)],
  ['a convolution of 4 channels, quads of tiles with the same columns', convolutionSchedule(2, 16, 4, 4)],
  ['a convolution of 8 channels to 12', convolutionSchedule(1, 8, 8, 12)],
  ['a convolution of 1 channel', convolutionSchedule(2, 16, 1, 5)],
  ['a convolution of rows that are no whole tiles', convolutionSchedule(2, 6, 4, 4)],
  ['a transposed convolution', convolutionSchedule(2, 16, 8, 4, true)],
  ['a transposed convolution to fewer channels than a vector has', convolutionSchedule(2, 16, 4, 3, true)],
  ['the gradient of filters, threads of a quad with the same columns', filterGradientSchedule(2, 7, 32, 4)],
  ['the gradient of filters of 4 channels, its sums in parts', filterGradientSchedule(2, 16, 4, 4)],
  ['the gradient of filters of 16 channels to 8', filterGradientSchedule(2, 8, 16, 8)],
  ['the gradient of filters of 1 channel', filterGradientSchedule(3, 14, 1, 5)],
  ['the gradient of filters, pictures of which there are fours', filterGradientSchedule(8, 7, 8, 16)],
  ['the gradient of filters of 3 channels', filterGradientSchedule(2, 6, 3, 8)],
  ['a kernel by hand', customSchedule(70, 5)],
];

describe.each(['hardware', 'software'] as const)('%s', (adapter: AdapterClass) => {
  test.each(CASES)('computes %s', async (_, schedule) => {
    const inputs = inputsOf(schedule, 2);
    const found = await runOnGpu(device, schedule, inputs, { runs: 2, adapter });
    assertAllClose(found, expectedOf(schedule, inputs, 2), TOLERANCE);
  });

  test.each([
    ['softmax', softmaxSchedule(5, 260)],
    ['columns', columnSchedule(1024, 12)],
    ['segment sums', segmentSumSchedule(33, 6, 8)],
    ['a product', product(65, 10, 64)],
    ['a split product', product(8, 9, 2048)],
    ['a convolution', convolutionSchedule(2, 16, 4, 4)],
    ['a transposed convolution', convolutionSchedule(2, 16, 8, 4, true)],
    ['the gradient of filters', filterGradientSchedule(2, 16, 4, 4)],
  ] as const)('%s: a run has the same bits alone and in company, and every time', async (_, schedule) => {
    const most = 16;
    const all = inputsOf(schedule, most);
    const company = await runOnGpu(device, schedule, all, { runs: most, adapter });
    for (const runs of [1, 2, 7, most]) {
      const inputs = Object.fromEntries(
        Object.entries(all).map(([name, values]) => [name, values.subarray(0, (values.length / most) * runs)]),
      );
      const found = await runOnGpu(device, schedule, inputs, { runs, adapter });
      for (const [name, values] of Object.entries(found)) {
        expect(new Uint32Array(values.buffer), `${name} of ${runs} runs`).toEqual(
          new Uint32Array((company[name] as Float32Array).buffer, 0, values.length),
        );
      }
    }
  });

  test.each([
    { count: 64, rows: 3000, rowSize: 8 },
    { count: 37, rows: 70, rowSize: 3 },
    { count: 12, rows: 1, rowSize: 4 },
  ])('adds segments in the order of the list, bit by bit: $count of $rows rows', async ({ count, rows, rowSize }) => {
    const values = normals(1, 0, 0, count * rowSize);
    // Some rows often, most never, and some numbers that are no row.
    const indices = Int32Array.from({ length: count }, (_, i) => [0, rows - 1, (i * 61) % rows, -1, rows][i % 5] as number);
    const expected = new Float32Array(rows * rowSize);
    indices.forEach((row, i) => {
      if (row < 0 || row >= rows) return;
      for (let column = 0; column < rowSize; column++) {
        const at = row * rowSize + column;
        expected[at] = (expected[at] as number) + (values[i * rowSize + column] as number);
      }
    });
    // Twice: what was there before is forgotten.
    const { table } = await runOnGpu(
      device,
      segmentSumSchedule(count, rows, rowSize),
      { values, indices },
      { runs: 1, adapter, repeats: 2 },
    );
    expect(table).toEqual(expected);
  });

  test.each([
    { count: 64, rows: 3000, rowSize: 8 },
    { count: 37, rows: 70, rowSize: 3 },
    { count: 41, rows: 70, rowSize: 1 },
    { count: 256, rows: 5, rowSize: 16 },
    { count: 12, rows: 1, rowSize: 4 },
  ])(
    'adds sorted segments like others, bit by bit, in several runs: $count of $rows rows of $rowSize',
    async ({ count, rows, rowSize }) => {
      const runs = 3;
      const values = normals(1, 0, 0, runs * count * rowSize);
      // Some rows often, most never, other ones in every run, and some numbers that are no row.
      const indices = Array.from({ length: runs }, (_, run) =>
        Int32Array.from({ length: count }, (_, i) => [0, rows - 1, (i * (61 + run)) % rows, -1, rows][(i + run) % 5] as number),
      );
      const options = { runs, adapter, repeats: 2 };
      const flat = (own: readonly Int32Array[]): Int32Array => Int32Array.from(own.flatMap((run) => Array.from(run)));
      const scanned = await runOnGpu(device, segmentSumSchedule(count, rows, rowSize), { values, indices: flat(indices) }, options);
      const lists = flat(indices.map((own) => segmentLists(own, rows)));
      const sorted = await runOnGpu(device, segmentSumSchedule(count, rows, rowSize, true), { values, indices: lists }, options);
      expect(new Uint32Array((sorted.table as Float32Array).buffer)).toEqual(new Uint32Array((scanned.table as Float32Array).buffer));
      expect(sorted.table?.some((value) => value !== 0)).toBe(true);
    },
  );

  test.each([
    ['softmax', softmaxSchedule(5, 64), 'x'],
    ['largest and smallest', columnSchedule(9, 8), 'x'],
    ['a product', product(9, 10, 8), 'a'],
  ] as const)('%s: NaN is noticed in its run and stays there', async (_, schedule, poisoned) => {
    const clean = inputsOf(schedule, 3);
    const values = Float32Array.from(clean[poisoned] as Float32Array);
    values[values.length / 3 + 2] = Number.NaN;
    const before = await runOnGpu(device, schedule, clean, { runs: 3, adapter });
    const after = await runOnGpu(device, schedule, { ...clean, [poisoned]: values }, { runs: 3, adapter });
    for (const [name, found] of Object.entries(after)) {
      const size = found.length / 3;
      for (const run of [0, 2])
        expect(found.slice(run * size, (run + 1) * size)).toEqual(before[name]?.slice(run * size, (run + 1) * size));
      if (!(name in clean)) expect(found.subarray(size, 2 * size).some(Number.isNaN), name).toBe(true);
    }
  });
});

test('equal kernels share a pipeline, and progress counts the different ones', async () => {
  const buffers = [runOwned('a', 64), runOwned('b', 64), runOwned('c', 32)];
  const kernels = [0, 1, 2].flatMap((buffer) => {
    const [kernel] = inPlaceSchedule(buffer < 2 ? 64 : 32).kernels;
    const text = JSON.stringify(kernel).replaceAll('"buffer":0', `"buffer":${buffer}`);
    return [{ ...JSON.parse(text), level: buffer }];
  });
  const progress: number[] = [];
  const program = await GpuProgram.create(
    device,
    { buffers, kernels },
    { runs: 1, adapter: 'hardware', onProgress: (done, total) => progress.push(done, total) },
  );
  expect([program.dispatches, program.pipelines]).toEqual([3, 2]);
  expect(progress).toEqual([1, 2, 2, 2]);
  program.dispose();
});

test('matMuls look up the rows of a batch themselves, unless something else reads the batch', async () => {
  const schedule = denseOfRowsSchedule(9, 8, 5);
  const dispatchesOf = async (given: Schedule): Promise<number> => {
    const program = await GpuProgram.create(device, given, { runs: 1, adapter: 'hardware' });
    program.dispose();
    return program.dispatches;
  };
  expect(await dispatchesOf(schedule)).toBe(1);
  const reader = inPlaceSchedule(72).kernels[0];
  const text = JSON.stringify(reader).replaceAll('"buffer":0', '"buffer":2');
  expect(await dispatchesOf({ ...schedule, kernels: [...schedule.kernels, { ...JSON.parse(text), level: 2 }] })).toBe(3);
});

test('kernels of one level are one dispatch on a GPU', async () => {
  const buffers = [runOwned('a', 64), runOwned('b', 640)];
  const kernels = [0, 1].map((buffer) => {
    const [kernel] = inPlaceSchedule(buffer === 0 ? 64 : 640).kernels;
    return JSON.parse(JSON.stringify(kernel).replaceAll('"buffer":0', `"buffer":${buffer}`));
  });
  const schedule: Schedule = { buffers, kernels };
  const program = await GpuProgram.create(device, schedule, { runs: 1, adapter: 'hardware' });
  expect(program.dispatches).toBe(1);
  program.dispose();
  const inputs = inputsOf(schedule, 3);
  assertAllClose(await runOnGpu(device, schedule, inputs, { runs: 3, adapter: 'hardware' }), expectedOf(schedule, inputs, 3), TOLERANCE);
});

test('a kernel may use more buffers than the device binds', async () => {
  const count = device.limits.maxStorageBuffersPerShaderStage + 2;
  const size = 68;
  const load = (buffer: number): Expr => ({ kind: 'load', buffer, at: at([1]), dtype: 'float32' });
  const copies = Array.from({ length: count }, (_, i): Kernel => {
    const exprs: Expr[] = [
      load(0),
      { kind: 'number', value: 2 ** i, dtype: 'float32' },
      { kind: 'binary', fn: 'mul', a: 0, b: 1, dtype: 'float32' },
    ];
    const stores = [{ buffer: i + 2, at: at([1]), value: 2 }];
    return {
      kind: 'loops',
      label: `copy ${i}`,
      level: i,
      extents: [size],
      outer: 1,
      exprs,
      passes: [{ reduces: [], stores, outerStores: [] }],
    };
  });
  const exprs = Array.from({ length: count }, (_, i) => load(i + 2));
  for (let i = 1; i < count; i++) exprs.push({ kind: 'binary', fn: 'add', a: i === 1 ? 0 : exprs.length - 1, b: i, dtype: 'float32' });
  const sum: Kernel = {
    kind: 'loops',
    label: 'sum',
    level: count,
    extents: [size],
    outer: 1,
    exprs,
    passes: [
      {
        reduces: [],
        // The last copy is written again in place, so the arena is written where it is read.
        stores: [1, count + 1].map((buffer) => ({ buffer, at: at([1]), value: exprs.length - 1 })),
        outerStores: [],
      },
    ],
  };
  const arena = { kind: 'arena', firstLevel: 0, lastLevel: count } as const;
  const schedule: Schedule = {
    buffers: [runOwned('x', size), runOwned('y', size), ...copies.map(() => ({ size, dtype: 'float32' as const, storage: arena }))],
    kernels: [...copies, sum],
  };
  const inputs = inputsOf(schedule, 3);
  // Sums of a dozen products with powers of 2, of size 2 ** count.
  assertAllClose(
    await runOnGpu(device, schedule, inputs, { runs: 3, adapter: 'hardware' }),
    expectedOf(schedule, inputs, 3),
    2 ** count * 1e-6,
  );
});

test('a buffer that is too small is named', async () => {
  const given = device.createBuffer({ size: 64, usage: GPUBufferUsage.STORAGE });
  const options = { runs: 2, adapter: 'hardware', externals: { x: given } } as const;
  await expect(GpuProgram.create(device, inPlaceSchedule(64), options)).rejects.toThrow('"x" has 64 bytes; 512 are needed for 2 runs');
  given.destroy();
});

test('a buffer beyond the limits of the device is refused before memory is taken', async () => {
  const size = device.limits.maxStorageBufferBindingSize / 4 / 2 + 4;
  await expect(GpuProgram.create(device, inPlaceSchedule(size), { runs: 2, adapter: 'software' })).rejects.toThrow('use fewer runs');
});

test('a kernel that does not compile is reported with its text and line numbers', async () => {
  registerCustomKernel({
    name: 'testBroken',
    interpret: (_, __, size) => new Float64Array(size),
    wgsl: { threads: () => 1, write: () => 'let one: i32 = 1.5;' },
  });
  const [kernel] = customSchedule(1, 4).kernels;
  const schedule = { buffers: customSchedule(1, 4).buffers, kernels: [{ ...kernel, name: 'testBroken' } as never] };
  await expect(GpuProgram.create(device, schedule, { runs: 1, adapter: 'software' })).rejects.toThrow(
    /Shader "running sum" does not compile:[\s\S]*\d+ \| {3}let one: i32 = 1\.5;/,
  );
});
