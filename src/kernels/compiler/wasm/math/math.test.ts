import { describe, expect, test } from 'vitest';
import { fillUniform } from '../../../counter-random.ts';
import type { BinaryFn, Dtype, UnaryFn } from '../../graph.ts';
import { binaryMath, unaryMath } from '../../scalar-math.ts';
import type { Expr, Schedule } from '../../schedule.ts';
import { WasmProgram } from '../wasm-program.ts';

const plain = { strides: [1], offset: 0, guards: [], fill: 0 };

/** out[i] = the last of `exprs`, in which 0 is x[i] and 1 is y[i]. */
async function evaluate(
  exprs: readonly Expr[],
  x: ArrayLike<number>,
  y: ArrayLike<number> = x,
  dtype: 'float32' | 'int32' = 'float32',
): Promise<readonly number[]> {
  const size = x.length;
  const last = exprs.at(-1)?.dtype;
  const outDtype = last === 'int32' ? 'int32' : 'float32';
  const external = (name: string, type: 'float32' | 'int32') => ({
    size,
    dtype: type,
    storage: { kind: 'external' as const, name, owner: 'run' as const },
  });
  const schedule: Schedule = {
    buffers: [external('x', dtype), external('y', dtype), external('out', outDtype)],
    kernels: [
      {
        kind: 'loops',
        label: 'test',
        level: 0,
        extents: [size],
        outer: 1,
        exprs: [{ kind: 'load', buffer: 0, at: plain, dtype }, { kind: 'load', buffer: 1, at: plain, dtype }, ...exprs],
        passes: [{ reduces: [], stores: [{ buffer: 2, at: plain, value: 1 + exprs.length }], outerStores: [] }],
      },
    ],
  };
  const program = await WasmProgram.create({ parts: { p: schedule }, runs: 1, entries: { e: [{ firstRun: 0, runs: 1, parts: ['p'] }] } });
  const view = (name: string, type: Dtype) => (type === 'int32' ? program.int32(name, 0) : program.float32(name, 0));
  view('x', dtype).set(x);
  view('y', dtype).set(y);
  program.call('e');
  return Array.from(view('out', outDtype));
}

const unary = (fn: UnaryFn, dtype: Dtype = 'float32'): Expr => ({ kind: 'unary', fn, a: 0, dtype });
const binary = (fn: BinaryFn, dtype: Dtype = 'float32'): Expr => ({ kind: 'binary', fn, a: 0, b: 1, dtype });

/** Distance in units of the last place of a float32; 0 for equal numbers, NaN and NaN among them. */
function ulps(actual: number, exact: number): number {
  const rounded = Math.fround(exact);
  if (actual === rounded || (Number.isNaN(actual) && Number.isNaN(rounded))) return 0;
  if (!Number.isFinite(actual) || !Number.isFinite(rounded)) return Number.POSITIVE_INFINITY;
  const spacing = Math.max(2 ** (Math.floor(Math.log2(Math.abs(exact))) - 23), 2 ** -149);
  return Math.abs(actual - exact) / spacing;
}

/** Evenly spaced numbers, and numbers spaced evenly in their logarithm with both signs. */
function points(low: number, high: number): Float32Array {
  const even = Array.from({ length: 20_001 }, (_, i) => low + ((high - low) * i) / 20_000);
  const tiny = Array.from({ length: 4000 }, (_, i) => 2 ** (-149 + i * 0.037)).filter((x) => x < high);
  return Float32Array.from([...even, ...tiny, ...tiny.map((x) => -x).filter((x) => x > low)]);
}

function worst(actual: readonly number[], exact: (i: number) => number): { readonly ulps: number; readonly index: number } {
  let found = { ulps: 0, index: -1 };
  actual.forEach((value, index) => {
    const distance = ulps(value, exact(index));
    if (!(distance <= found.ulps)) found = { ulps: distance, index };
  });
  return found;
}

const SPECIAL = Float32Array.of(
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  2,
  -2,
  2.5,
  3,
  -3,
  1e-40,
  -1e-40,
  1e38,
  -1e38,
  88.8,
  -104,
  16777217,
);
const ALL_UNARY = ['neg', 'abs', 'sign', 'sqrt', 'exp', 'expm1', 'log', 'log1p', 'tanh', 'erf', 'floor', 'ceil', 'round'] as const;

describe('functions of one number', () => {
  // The last column is the bound; measured were, in this order: 0.91, 1.32, 0.59, 1.42, 1.12, 1.07, 1.39, 1.42, 0 units in the last place.
  test.each([
    ['exp', -110, 95, 1.5],
    ['expm1', -50, 95, 2],
    ['log', 0, 1e6, 1],
    ['log1p', -1, 1e6, 2],
    ['tanh', -12, 12, 2],
    ['erf', -6, 6, 2],
    ['sin', -100, 100, 2],
    ['cos', -100, 100, 2],
    ['sqrt', 0, 1e6, 0.51],
  ] as const)('%s is exact to a few units in the last place', async (fn, low, high, limit) => {
    const x = points(low, high);
    const actual = await evaluate([unary(fn)], x);
    const found = worst(actual, (i) => unaryMath[fn](x[i] as number));
    expect(found.ulps, `${fn}(${x[found.index]}) = ${actual[found.index]}`).toBeLessThan(limit);
  });

  test('sin and cos keep their digits for large arguments', async () => {
    const x = Float32Array.from({ length: 10_000 }, (_, i) => (i - 5000) * 200.37);
    for (const fn of ['sin', 'cos'] as const) {
      const actual = await evaluate([unary(fn)], x);
      // Reduction by pi/2 in float64 leaves 2e-10 of an argument of 10^6: much less than half a unit of float32.
      actual.forEach((value, i) => {
        expect(Math.abs(value - unaryMath[fn](x[i] as number)), `${fn}(${x[i]})`).toBeLessThan(1.3e-7);
      });
    }
  });

  test.each(ALL_UNARY)('%s has the special values of its definition', async (fn) => {
    const actual = await evaluate([unary(fn)], SPECIAL);
    const found = worst(actual, (i) => unaryMath[fn](SPECIAL[i] as number));
    expect(found.ulps, `${fn}(${SPECIAL[found.index]}) = ${actual[found.index]}`).toBeLessThan(2);
  });

  test.each(['sin', 'cos'] as const)('%s of what is not finite is NaN', async (fn) => {
    const x = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    expect(await evaluate([unary(fn)], x)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test('predicates are 0 or 1', async () => {
    for (const fn of ['isNaN', 'isFinite', 'not', 'toBool'] as const) {
      const actual = await evaluate([unary(fn, 'bool')], SPECIAL);
      expect(actual, fn).toEqual(Array.from(SPECIAL, unaryMath[fn]));
    }
  });

  test('integers are rounded towards 0 and saturate', async () => {
    const x = [2.9, -2.9, 0.5, Number.NaN, 3e9, -3e9];
    expect(await evaluate([unary('toInt', 'int32')], x)).toEqual([2, -2, 0, 0, 2 ** 31 - 1, -(2 ** 31)]);
  });

  test('of integers', async () => {
    const x = Int32Array.of(0, 1, -1, 7, -7, 16777216, -(2 ** 31) + 1);
    for (const fn of ['neg', 'abs', 'sign', 'floor', 'ceil', 'round', 'toInt'] as const) {
      expect(await evaluate([unary(fn, 'int32')], x, x, 'int32'), fn).toEqual(Array.from(x, (value) => unaryMath[fn](value) + 0));
    }
    expect(await evaluate([unary('toFloat')], x, x, 'int32')).toEqual(Array.from(x, Math.fround));
    expect(await evaluate([unary('toBool', 'bool')], x, x, 'int32')).toEqual([0, 1, 1, 1, 1, 1, 1]);
    expect(await evaluate([unary('not', 'bool')], x, x, 'int32')).toEqual([1, 0, 0, 0, 0, 0, 0]);
  });

  test('of bools', async () => {
    const x = [0, 1, 3, -0];
    for (const [fn, dtype] of [
      ['not', 'bool'],
      ['toFloat', 'float32'],
      ['toInt', 'int32'],
      ['toBool', 'bool'],
    ] as const) {
      const actual = await evaluate([unary('toBool', 'bool'), { kind: 'unary', fn, a: 2, dtype }], x);
      expect(actual, fn).toEqual([0, 1, 1, 0].map((value) => unaryMath[fn](value)));
    }
  });
});

/** Every pair of the numbers. */
function pairs(numbers: ArrayLike<number>): readonly [x: number[], y: number[]] {
  const list = Array.from(numbers);
  return [list.flatMap((a) => list.map(() => a)), list.flatMap(() => list)];
}

describe('functions of two numbers', () => {
  test.each(['add', 'sub', 'mul', 'div', 'max', 'min', 'pow'] as const)('%s has the special values of its definition', async (fn) => {
    const [x, y] = pairs(SPECIAL);
    const actual = await evaluate([binary(fn)], x, y);
    const found = worst(actual, (i) => binaryMath[fn](x[i] as number, y[i] as number));
    expect(found.ulps, `${x[found.index]} ${fn} ${y[found.index]} = ${actual[found.index]}`).toBeLessThan(0.51);
  });

  test.each(['eq', 'ne', 'lt', 'le', 'and', 'or'] as const)('%s is 0 or 1', async (fn) => {
    const [x, y] = pairs(SPECIAL);
    expect(await evaluate([binary(fn, 'bool')], x, y)).toEqual(x.map((a, i) => binaryMath[fn](a, y[i] as number)));
  });

  test('pow is exact to one unit in the last place', async () => {
    const x = Float32Array.from({ length: 10_000 }, (_, i) => 10 ** ((i % 100) / 10 - 5));
    const y = Float32Array.from({ length: 10_000 }, (_, i) => Math.floor(i / 100) / 6 - 8.1);
    const actual = await evaluate([binary('pow')], x, y);
    const found = worst(actual, (i) => (x[i] as number) ** (y[i] as number));
    // It is computed in float64 and rounded once.
    expect(found.ulps, `${x[found.index]} ** ${y[found.index]} = ${actual[found.index]}`).toBeLessThan(0.51);
  });

  test.each([3, -1, -3, 4, 7, 8])('the power %d is made of products', async (power) => {
    const x = Float32Array.from({ length: 1000 }, (_, i) => (i - 500.5) / 100);
    const actual = await evaluate(
      [
        { kind: 'number', value: power, dtype: 'float32' },
        { kind: 'binary', fn: 'pow', a: 0, b: 2, dtype: 'float32' },
      ],
      x,
    );
    const found = worst(actual, (i) => (x[i] as number) ** power);
    // Up to three squarings double the error of the one before, and a division adds its own.
    expect(found.ulps, `${x[found.index]} ** ${power} = ${actual[found.index]}`).toBeLessThan(6);
  });

  test('mod has the sign of the divisor', async () => {
    const [x, y] = pairs([5, -5, 3, -3, 0.5, -7.25]);
    expect(await evaluate([binary('mod')], x, y)).toEqual(x.map((a, i) => binaryMath.mod(a, y[i] as number) + 0));
  });

  test('of integers', async () => {
    const [x, y] = pairs([5, -5, 3, -3, 1, 1000003]);
    for (const fn of ['add', 'sub', 'max', 'min', 'mod'] as const) {
      expect(await evaluate([binary(fn, 'int32')], x, y, 'int32'), fn).toEqual(x.map((a, i) => binaryMath[fn](a, y[i] as number) + 0));
    }
    expect(await evaluate([binary('mul', 'int32')], x, y, 'int32')).toEqual(x.map((a, i) => Math.imul(a, y[i] as number)));
    expect(await evaluate([binary('div', 'int32')], x, y, 'int32')).toEqual(x.map((a, i) => Math.floor(a / (y[i] as number))));
    for (const fn of ['eq', 'ne', 'lt', 'le', 'and', 'or'] as const) {
      expect(await evaluate([binary(fn, 'bool')], x, y, 'int32'), fn).toEqual(x.map((a, i) => binaryMath[fn](a, y[i] as number)));
    }
  });

  test('of bools', async () => {
    const [x, y] = pairs([0, 1]);
    const bools: Expr[] = [unary('toBool', 'bool'), { kind: 'unary', fn: 'toBool', a: 1, dtype: 'bool' }];
    for (const fn of ['eq', 'ne', 'lt', 'le', 'and', 'or', 'max', 'min'] as const) {
      const actual = await evaluate([...bools, { kind: 'binary', fn, a: 2, b: 3, dtype: 'bool' }], x, y);
      expect(actual, fn).toEqual(x.map((a, i) => binaryMath[fn](a, y[i] as number)));
    }
  });
});

test('select takes a where the condition holds', async () => {
  const x = [1, 5, Number.NaN, -2, 3];
  const y = [2, 2, 2, 2, 3];
  const actual = await evaluate(
    [
      { kind: 'binary', fn: 'lt', a: 0, b: 1, dtype: 'bool' },
      { kind: 'select', condition: 2, a: 0, b: 1, dtype: 'float32' },
    ],
    x,
    y,
  );
  expect(actual).toEqual([1, 2, 2, -2, 3]);
});

test('uniform numbers have the bits of the counter hash', async () => {
  const [seed, step, layer, size] = [12345, 678, 9, 70];
  const expected = new Float32Array(size);
  fillUniform(seed, step, layer, expected);
  const actual = await evaluate(
    [
      { kind: 'position', at: { strides: [1], offset: 0, guards: [], fill: 0 }, dtype: 'int32' },
      { kind: 'uniform', seed: 0, step: 1, layer, index: 2, dtype: 'float32' },
    ],
    new Int32Array(size).fill(seed),
    new Int32Array(size).fill(step),
    'int32',
  );
  expect(actual).toEqual(Array.from(expected));
});
