import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillUniform, normals } from '../../counter-random.ts';
import { BINARY, type BinaryFn, type Dtype, UNARY, type UnaryFn } from '../graph.ts';
import { binaryMath, unaryMath } from '../scalar-math.ts';
import type { Access, Expr } from '../schedule.ts';
import { runOnGpu, testDevice } from './testing/gpu-harness.ts';
import { at, mapSchedule, runOwned, shared } from './testing/schedules.ts';

let device: GPUDevice;
let errors: string[];

beforeAll(async () => {
  ({ device, errors } = await testDevice());
});

afterAll(() => expect(errors).toEqual([]));

const SPECIAL = [0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3, 1e-4, -1e-4, 1e-20, 20, -20, 80, -80, NaN, Infinity, -Infinity];
/** Ordinary numbers of many sizes, then the special ones. */
function samples(size: number): Float32Array {
  const drawn = normals(7, 0, 0, size).map((value, i) => value * 10 ** ((i % 7) - 4));
  SPECIAL.forEach((value, i) => {
    if (i < size) drawn[i] = value;
  });
  return drawn;
}

/**
 * Relative errors of the generated functions (those of WGSL itself are granted a few units in the last place, 6e-8 each; `sin` and `cos`
 * reduce their argument in three parts, `erf` is a fit of 1.2e-7, `pow` multiplies a logarithm's error by the exponent).
 */
const TOLERANCE: Partial<Readonly<Record<UnaryFn | BinaryFn, number>>> = {
  exp: 4e-6,
  expm1: 4e-6,
  log: 1e-6,
  log1p: 1e-6,
  tanh: 1e-6,
  erf: 4e-7,
  sin: 1e-6,
  cos: 1e-6,
  sqrt: 2e-7,
  div: 3e-7,
  pow: 2e-5,
};

function assertClose(fn: UnaryFn | BinaryFn, operands: readonly number[], found: number, wanted: number): void {
  const rounded = Math.fround(wanted);
  if (Object.is(found, rounded) || found === rounded || (Number.isNaN(found) && Number.isNaN(rounded))) return;
  // Products of results below 1e-37 may be flushed to 0.
  const bound = (TOLERANCE[fn] ?? 0) * Math.max(Math.abs(rounded), fn === 'sin' || fn === 'cos' ? 1 : 0) + 1e-37;
  if (Math.abs(found - rounded) <= bound) return;
  throw new Error(`${fn}(${operands.join(', ')}) is ${found}, expected ${rounded}`);
}

/** Functions that take or give something else than floats are made floats again by `select`. */
function asFloat(exprs: Expr[], id: number): number {
  const { dtype } = exprs[id] as Expr;
  if (dtype === 'float32') return id;
  exprs.push({ kind: 'unary', fn: 'toFloat', a: id, dtype: 'float32' });
  return exprs.length - 1;
}

const resultType = (fn: UnaryFn): Dtype =>
  fn === 'toInt' ? 'int32' : ['not', 'isFinite', 'isNaN', 'toBool'].includes(fn) ? 'bool' : 'float32';

/** A vectorized size and one that is computed element by element. */
describe.each([{ size: 256 }, { size: 253 }])('$size elements', ({ size }) => {
  test.each(UNARY)('%s has the values of its definition, NaN and infinity included', async (fn) => {
    const exprs: Expr[] = [{ kind: 'load', buffer: 0, at: at([1]), dtype: 'float32' }];
    exprs.push({ kind: 'unary', fn, a: 0, dtype: resultType(fn) });
    const result = asFloat(exprs, 1);
    const x = samples(size).filter((value) => fn !== 'toInt' || Number.isFinite(value));
    const padded = Float32Array.from({ length: size }, (_, i) => x[i % x.length] as number);
    const schedule = mapSchedule([size], [runOwned('x', size)], exprs, [result]);
    const { out0 } = await runOnGpu(device, schedule, { x: padded }, { runs: 1, adapter: 'software' });
    padded.forEach((value, i) => {
      assertClose(fn, [value], out0?.[i] as number, unaryMath[fn](value));
    });
  });

  test.each(BINARY)('%s has the values of its definition, NaN and infinity included', async (fn) => {
    const dtype: Dtype = ['eq', 'ne', 'lt', 'le', 'and', 'or'].includes(fn) ? 'bool' : 'float32';
    const exprs: Expr[] = [
      { kind: 'load', buffer: 0, at: at([1]), dtype: 'float32' },
      { kind: 'load', buffer: 1, at: at([1]), dtype: 'float32' },
      { kind: 'binary', fn, a: 0, b: 1, dtype },
    ];
    const result = asFloat(exprs, 2);
    const x = samples(size);
    // Every special value meets every other; exponents and divisors stay moderate, so that rounding of the operands is not multiplied.
    const y = Float32Array.from({ length: size }, (_, i) =>
      fn === 'pow'
        ? ([2, -1, 3, 0, 0.5, 1][i % 6] as number)
        : fn === 'mod'
          ? ([2, 0.5, -4, 8][i % 4] as number)
          : (SPECIAL[(i * 7 + 3) % SPECIAL.length] as number),
    );
    const schedule = mapSchedule([size], [runOwned('x', size), runOwned('y', size)], exprs, [result]);
    const { out0 } = await runOnGpu(device, schedule, { x, y }, { runs: 1, adapter: 'software' });
    x.forEach((value, i) => {
      assertClose(fn, [value, y[i] as number], out0?.[i] as number, binaryMath[fn](value, y[i] as number));
    });
  });

  test('the uniform numbers have the bits of counter-random.ts', async () => {
    const one = (buffer: number): Expr => ({ kind: 'load', buffer, at: at([0]), dtype: 'int32' });
    const exprs: Expr[] = [
      one(0),
      one(1),
      { kind: 'position', at: at([1]), dtype: 'int32' },
      { kind: 'uniform', seed: 0, step: 1, layer: 3, index: 2, dtype: 'float32' },
    ];
    const schedule = mapSchedule([size], [runOwned('seed', 1, 'int32'), shared('step', 1, 'int32')], exprs, [3]);
    const seeds = [1, -2, 2147483647];
    const { out0 } = await runOnGpu(device, schedule, { seed: seeds, step: [599] }, { runs: 3, adapter: 'software' });
    const wanted = new Float32Array(3 * size);
    for (const [run, seed] of seeds.entries()) fillUniform(seed, 599, 3, wanted.subarray(run * size, (run + 1) * size));
    expect(out0).toEqual(wanted);
  });
});

describe.each([{ extents: [4, 8] }, { extents: [3, 5] }])('domain $extents', ({ extents }) => {
  const [rows, cols] = extents as [number, number];
  const size = rows * cols;
  const x = normals(1, 0, 0, 2 * size);
  const points = Array.from({ length: 2 * size }, (_, i) => ({
    run: Math.floor(i / size),
    row: Math.floor((i % size) / cols),
    col: i % cols,
  }));

  async function check(
    exprs: readonly Expr[],
    wanted: (p: { run: number; row: number; col: number }) => number,
    extra: ArrayLike<number> = [],
  ): Promise<void> {
    const schedule = mapSchedule(extents, [runOwned('x', size), shared('rows', rows, 'int32')], exprs, [exprs.length - 1]);
    const { out0 } = await runOnGpu(device, schedule, { x, rows: extra }, { runs: 2, adapter: 'hardware' });
    expect(Array.from(out0 as Float32Array)).toEqual(points.map((p) => Math.fround(wanted(p))));
  }

  test('reads with strides, backwards and with a fill where a guard fails', async () => {
    const access: Access = {
      strides: [-cols, 1],
      offset: (rows - 1) * cols - 1,
      guards: [{ coefficients: [0, 1], offset: -1, extent: cols - 2 }],
      fill: 7,
    };
    await check([{ kind: 'load', buffer: 0, at: access, dtype: 'float32' }], ({ run, row, col }) =>
      col >= 1 && col < cols - 1 ? (x[run * size + (rows - 1 - row) * cols + col - 1] as number) : 7,
    );
  });

  test('reads rows of a table by index', async () => {
    const table = Int32Array.from({ length: rows }, (_, i) => (i * 2 + 1) % rows);
    await check(
      [
        { kind: 'load', buffer: 1, at: at([1, 0]), dtype: 'int32' },
        { kind: 'loadAt', buffer: 0, index: 0, scale: cols, at: at([0, 1]), dtype: 'float32' },
      ],
      ({ run, row, col }) => x[run * size + (table[row] as number) * cols + col] as number,
      table,
    );
  });

  test('reads single elements by an index of their own', async () => {
    await check(
      [
        { kind: 'position', at: at([0, -1], cols - 1), dtype: 'int32' },
        { kind: 'loadAt', buffer: 0, index: 0, scale: 1, at: at([cols, 0]), dtype: 'float32' },
      ],
      ({ run, row, col }) => x[run * size + row * cols + cols - 1 - col] as number,
    );
  });

  test('guards something computed in place, and positions', async () => {
    const guards = [
      { coefficients: [1, 0], offset: -1, extent: rows },
      { coefficients: [1, 1], offset: 0, extent: cols },
    ];
    await check(
      [
        { kind: 'position', at: { strides: [100, 1], offset: 5, guards: [guards[1] as never], fill: -3 }, dtype: 'int32' },
        { kind: 'unary', fn: 'toFloat', a: 0, dtype: 'float32' },
        { kind: 'guarded', guards, value: 1, fill: -1, dtype: 'float32' },
      ],
      ({ row, col }) => (row >= 1 && row + col < cols ? row * 100 + col + 5 : -1),
    );
  });

  test('selects, and takes bools that are stored as numbers', async () => {
    await check(
      [
        { kind: 'load', buffer: 0, at: at([cols, 1]), dtype: 'bool' },
        { kind: 'position', at: at([0, 1]), dtype: 'int32' },
        { kind: 'number', value: 2, dtype: 'int32' },
        { kind: 'binary', fn: 'mod', a: 1, b: 2, dtype: 'int32' },
        { kind: 'unary', fn: 'toBool', a: 3, dtype: 'bool' },
        { kind: 'binary', fn: 'and', a: 0, b: 4, dtype: 'bool' },
        { kind: 'number', value: NaN, dtype: 'float32' },
        { kind: 'number', value: -1.5, dtype: 'float32' },
        { kind: 'select', condition: 5, a: 6, b: 7, dtype: 'float32' },
      ],
      ({ run, row, col }) => (x[run * size + row * cols + col] !== 0 && col % 2 === 1 ? Number.NaN : -1.5),
    );
  });
});
