import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../graph-builder.ts';
import { indexMap } from '../index-map.ts';
import { assertWithinBounds } from './compare.ts';
import { interpretWithBounds } from './error-bounds.ts';
import { interpretWithNoise } from './noise.ts';

const SIZE = 500;
const x = Float32Array.from({ length: SIZE }, (_, i) => Math.sin(1.7 * i) * 3);

/** exp(x) summed, and its share of the sum. */
function shares() {
  const builder = new GraphBuilder();
  const powers = builder.unary('exp', builder.input('x', SIZE, 'float32', 'run'));
  const sum = builder.reduce('sum', powers, SIZE);
  return builder.finish({ sum, share: builder.binary('div', powers, builder.spread(sum, SIZE)) });
}

/** The same in float32, with the terms added in the given order. */
function sharesInFloat32(order: readonly number[]): Record<string, Float32Array> {
  const powers = x.map((value) => Math.exp(value));
  const sum = order.reduce((total, i) => Math.fround(total + (powers[i] as number)), 0);
  return { sum: Float32Array.of(sum), share: powers.map((value) => value / sum) };
}

const forth = Array.from({ length: SIZE }, (_, i) => i);

describe.each([
  ['guaranteed bounds', interpretWithBounds],
  ['bounds by noise', interpretWithNoise],
] as const)('%s', (_, interpret) => {
  test.each([
    ['forth', forth],
    ['back', [...forth].reverse()],
    ['by size', [...forth].sort((a, b) => (x[a] as number) - (x[b] as number))],
  ])('hold float32 sums %s', (__, order) => {
    const found = sharesInFloat32(order);
    assertWithinBounds((name) => found[name] ?? [], interpret(shares(), { x }), String);
  });

  test('do not hold a term left out', () => {
    const found = sharesInFloat32(forth.slice(1));
    expect(() =>
      assertWithinBounds(
        (name) => found[name] ?? [],
        interpret(shares(), { x }),
        () => 'a description',
      ),
    ).toThrow(/^sum\[0\] is [\d.]+ instead of [\d.]+: off by [\d.]+, .* times its bound .*\na description$/);
  });

  test('do not hold NaN, infinity or another size', () => {
    const wanted = interpret(shares(), { x });
    for (const sum of [[Number.NaN], [Number.POSITIVE_INFINITY], [], [1, 2]]) {
      expect(() => assertWithinBounds((name) => (name === 'sum' ? sum : (wanted[name]?.values ?? [])), wanted, String)).toThrow(/^sum/);
    }
  });
});

describe('guaranteed bounds', () => {
  const builder = new GraphBuilder();
  const a = builder.input('a', 2, 'float32', 'run');
  const third = builder.binary('div', a, builder.constant(3, 2));
  const one = builder.binary('mul', third, builder.constant(3, 2));

  test('span both outcomes of a comparison that rounding decides, and no others', () => {
    const isLess = builder.binary('lt', one, builder.constant(1, 2));
    const graph = builder.finish({ y: builder.select(isLess, builder.constant(10, 2), builder.constant(20, 2)) });
    // 1 / 3 * 3 may come out below 1 or as 1; 4 / 3 * 3 is far from it.
    const { y } = interpretWithBounds(graph, { a: [1 + 2 ** -23, 4] });
    expect(y?.bounds[0]).toBeGreaterThanOrEqual(10);
    expect(y?.bounds[1]).toBe(0);
  });

  test('take a maximum to equal what it was taken from', () => {
    const best = builder.view(builder.reduce('max', one, 2), indexMap([2], [0]));
    const graph = builder.finish({ y: builder.unary('toFloat', builder.binary('eq', one, best)) });
    const { y } = interpretWithBounds(graph, { a: [1, 4] });
    expect([...(y?.values ?? [])]).toEqual([0, 1]);
    expect([...(y?.bounds ?? [])]).toEqual([0, 0]);
    // Of two that are equal, rounding may choose either.
    expect([...(interpretWithBounds(graph, { a: [4, 4] }).y?.bounds ?? [])]).toEqual([1, 1]);
  });

  test('know nothing of a division by what may be zero', () => {
    const graph = builder.finish({ y: builder.binary('div', a, builder.binary('sub', one, a)) });
    expect(interpretWithBounds(graph, { a: [1, 4] }).y?.bounds[0]).toBe(Number.POSITIVE_INFINITY);
  });
});
