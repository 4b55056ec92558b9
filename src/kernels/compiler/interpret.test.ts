import { describe, expect, it } from 'vitest';
import { fillUniform } from '../counter-random.ts';
import type { ValueId } from './graph.ts';
import { GraphBuilder } from './graph-builder.ts';
import { broadcastMap, padMap, sliceMap, transposeMap } from './index-map.ts';
import { interpret } from './interpret.ts';
import { unaryMath } from './scalar-math.ts';

function compute(build: (builder: GraphBuilder) => ValueId, inputs: Record<string, number[]> = {}): number[] {
  const builder = new GraphBuilder();
  const y = build(builder);
  return Array.from(interpret(builder.finish({ y }), inputs).y as Float64Array);
}

describe('the float64 interpreter', () => {
  it('multiplies matrices, transposed ones as views', () => {
    // [1 2; 3 4]^T x [5 6; 7 8] = [1*5+3*7, 1*6+3*8; 2*5+4*7, 2*6+4*8]
    const result = compute(
      (g) => {
        const a = g.view(g.input('a', 4, 'float32', 'run'), transposeMap([2, 2], [1, 0]));
        return g.matmul(a, g.input('b', 4, 'float32', 'run'), { batch: 1, m: 2, n: 2, k: 2 });
      },
      { a: [1, 2, 3, 4], b: [5, 6, 7, 8] },
    );
    expect(result).toEqual([26, 30, 38, 44]);
  });

  it('pads, broadcasts, concatenates and reduces', () => {
    const x = { x: [1, 2, 3] };
    const input = (g: GraphBuilder): ValueId => g.input('x', 3, 'float32', 'run');
    expect(compute((g) => g.view(input(g), padMap([3], [1], [1]), -9), x)).toEqual([-9, 1, 2, 3, -9]);
    expect(compute((g) => g.view(input(g), broadcastMap([3, 1], [3, 2])), x)).toEqual([1, 1, 2, 2, 3, 3]);
    expect(compute((g) => g.concat([input(g), g.constant([4, 5, 6, 7, 8, 9], 6)], 3), x)).toEqual([1, 4, 5, 2, 6, 7, 3, 8, 9]);
    expect(compute((g) => g.reduce('sum', g.concat([input(g), input(g)], 1), 3), x)).toEqual([6, 6]);
    expect(compute((g) => g.reduce('max', input(g), 3), { x: [1, Number.NaN, 3] })).toEqual([Number.NaN]);
  });

  it('gathers rows and adds them back in their order', () => {
    const indices = { i: [2, 0, 2] };
    expect(compute((g) => g.gather(g.constant([1, 2, 3, 4, 5, 6], 6), g.input('i', 3, 'int32', 'run'), 2), indices)).toEqual([
      5, 6, 1, 2, 5, 6,
    ]);
    expect(compute((g) => g.segmentSum(g.constant([1, 2, 3, 4, 5, 6], 6), g.input('i', 3, 'int32', 'run'), 4, 2), indices)).toEqual([
      3, 4, 0, 0, 6, 8, 0, 0,
    ]);
    expect(() => compute((g) => g.gather(g.constant([1, 2], 2), g.input('i', 1, 'int32', 'run'), 1), { i: [2] })).toThrow(
      /index 2 lies outside/,
    );
  });

  it('draws the numbers of the counter-based generator', () => {
    const expected = new Float32Array(6);
    fillUniform(7, 3, 2, expected);
    const result = compute((g) => {
      const [seed, step] = [g.constant(7, 1, 'int32'), g.constant(3, 1, 'int32')];
      return g.uniform(seed, step, 2, g.view(g.iota(6), sliceMap([6], [1], [4])));
    });
    expect(result).toEqual(Array.from(expected.subarray(1, 5)));
  });

  it('names an input that is missing or of another size', () => {
    const y = (g: GraphBuilder): ValueId => g.unary('neg', g.input('x', 3, 'float32', 'run'));
    expect(() => compute(y)).toThrow('input "x" is missing');
    expect(() => compute(y, { x: [1] })).toThrow('input "x" has 1 elements, the graph wants 3');
  });
});

describe('scalar functions', () => {
  it('has an error function that agrees with tabulated values', () => {
    // NIST Digital Library of Mathematical Functions, table 7.24: erf(0.5), erf(1), erf(2), erf(3).
    for (const [x, expected] of [
      [0.5, 0.5204998778130465],
      [1, 0.8427007929497149],
      [2, 0.9953222650189527],
      [3, 0.9999779095030014],
      [-1, -0.8427007929497149],
    ] as const) {
      expect(unaryMath.erf(x)).toBeCloseTo(expected, 14);
    }
  });

  it('rounds halves to even', () => {
    expect([0.5, 1.5, 2.5, -0.5, -1.5, 2.4, -2.6].map((x) => unaryMath.round(x) + 0)).toEqual([0, 2, 2, 0, -2, 2, -3]);
  });
});

describe('the graph builder', () => {
  const count = (build: (g: GraphBuilder, x: ValueId) => ValueId): number => {
    const builder = new GraphBuilder();
    return builder.finish({ y: build(builder, builder.input('x', 6, 'float32', 'run')) }).nodes.length;
  };

  it('makes equal expressions one node', () => {
    expect(count((g, x) => g.binary('add', g.unary('exp', x), g.unary('exp', x)))).toBe(3);
  });

  it('drops what changes nothing and folds constants', () => {
    expect(count((g, x) => g.binary('mul', x, g.unary('exp', g.constant(0, 6))))).toBe(1);
    expect(count((g, x) => g.unary('neg', g.unary('neg', x)))).toBe(1);
    expect(count((g, x) => g.view(g.view(x, transposeMap([2, 3], [1, 0])), transposeMap([3, 2], [1, 0])))).toBe(1);
  });

  it('keeps a product with zero, which is NaN where the other factor is', () => {
    expect(compute((g) => g.binary('mul', g.input('x', 2, 'float32', 'run'), g.constant(0, 2)), { x: [1, Number.NaN] })).toEqual([
      0,
      Number.NaN,
    ]);
  });

  it('names the place of operands that do not fit', () => {
    const g = new GraphBuilder();
    g.at('BatchMatMul 3');
    expect(() => g.matmul(g.input('a', 4, 'float32', 'run'), g.input('b', 4, 'float32', 'run'), { batch: 1, m: 2, n: 2, k: 3 })).toThrow(
      /^BatchMatMul 3: matmul/,
    );
  });
});
