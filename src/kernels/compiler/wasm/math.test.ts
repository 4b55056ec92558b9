import { describe, expect, test } from 'vitest';
import type { BinaryFn, UnaryFn } from '../graph.ts';
import { binaryMath, unaryMath } from '../scalar-math.ts';
import type { Expr, Schedule } from '../schedule.ts';
import { WasmProgram } from './wasm-program.ts';

const plain = { strides: [1], offset: 0, guards: [], fill: 0 };

/** out[i] = expression of x[i] and y[i] */
async function evaluate(expr: Expr, x: ArrayLike<number>, y: ArrayLike<number> = x): Promise<Float32Array> {
  const size = x.length;
  const external = (name: string) => ({ size, dtype: 'float32' as const, storage: { kind: 'external' as const, name, owner: 'run' as const } });
  const schedule: Schedule = {
    buffers: ['x', 'y', 'out'].map(external),
    kernels: [
      {
        kind: 'loops',
        label: 'test',
        level: 0,
        extents: [size],
        outer: 1,
        exprs: [
          { kind: 'load', buffer: 0, at: plain, dtype: 'float32' },
          { kind: 'load', buffer: 1, at: plain, dtype: 'float32' },
          expr,
        ],
        passes: [{ reduces: [], stores: [{ buffer: 2, at: plain, value: 2 }], outerStores: [] }],
      },
    ],
  };
  const program = await WasmProgram.create({ parts: { p: schedule }, runs: 1, entries: { e: [{ firstRun: 0, runs: 1, parts: ['p'] }] } });
  program.float32('x', 0).set(x);
  program.float32('y', 0).set(y);
  program.call('e');
  return program.float32('out', 0).slice();
}

/** Distance in units of the last place of a float32; 0 for equal numbers, NaN and NaN among them. */
function ulps(actual: number, exact: number): number {
  const rounded = Math.fround(exact);
  if (Object.is(actual, rounded) || actual === rounded || (Number.isNaN(actual) && Number.isNaN(rounded))) return 0;
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

function worst(actual: Float32Array, exact: (i: number) => number, at: (i: number) => string): { ulps: number; where: string } {
  let found = { ulps: 0, where: '' };
  actual.forEach((value, i) => {
    const distance = ulps(value, exact(i));
    if (distance > found.ulps || Number.isNaN(distance)) found = { ulps: distance, where: `${at(i)}: ${value} instead of ${exact(i)}` };
  });
  return found;
}

describe('functions of one number', () => {
  const cases: readonly [fn: UnaryFn, low: number, high: number, ulps: number][] = [
    ['exp', -110, 95, 3],
    ['expm1', -50, 95, 3],
    ['log', 0, 1e6, 3],
    ['log1p', -1, 1e6, 3],
    ['tanh', -12, 12, 3],
    ['erf', -6, 6, 3],
    ['sin', -100, 100, 3],
    ['cos', -100, 100, 3],
    ['sqrt', 0, 1e6, 1],
  ];
  test.each(cases)('%s is exact to a few units in the last place', async (fn, low, high, limit) => {
    const x = points(low, high);
    const actual = await evaluate({ kind: 'unary', fn, a: 0, dtype: 'float32' }, x);
    const found = worst(
      actual,
      (i) => unaryMath[fn](x[i] as number),
      (i) => `${fn}(${x[i]})`,
    );
    console.log(fn, found);
    expect(found.ulps, found.where).toBeLessThan(limit);
  });
});
