import fc from 'fast-check';
import { describe, expect, inject, test } from 'vitest';
import { factorSums } from './factor-sums.ts';
import type { Graph, ValueId } from './graph.ts';
import { GraphBuilder } from './graph-builder.ts';
import { indexMap, transposeMap } from './index-map.ts';
import { interpret } from './interpret.ts';
import { programText, traceProgram } from './testing/build-program.ts';
import { assertWithinBounds } from './testing/compare.ts';
import { interpretWithBounds } from './testing/error-bounds.ts';
import { inputValues, randomProgram } from './testing/random-program.ts';

const numRuns = inject('programs');
const [ROWS, COLS] = [5, 3];

/** A graph of `a` (rows, cols) and `f` (cols). */
function graphOf(write: (builder: GraphBuilder, a: ValueId, f: ValueId) => Readonly<Record<string, ValueId>>): Graph {
  const builder = new GraphBuilder();
  const a = builder.input('a', ROWS * COLS, 'float32', 'run');
  const f = builder.input('f', COLS, 'float32', 'run');
  return builder.finish(write(builder, a, f));
}

const spread = (builder: GraphBuilder, f: ValueId): ValueId => builder.view(f, indexMap([ROWS, COLS], [0, 1]));
const sumOfColumns = (builder: GraphBuilder, value: ValueId): ValueId =>
  builder.reduce('sum', builder.view(value, transposeMap([ROWS, COLS], [1, 0])), ROWS);
const count = ({ nodes }: Graph, op: string): number => nodes.filter((node) => node.op === op).length;

const INPUTS = {
  a: Float32Array.from({ length: ROWS * COLS }, (_, index) => Math.sin(index)),
  f: Float32Array.from([2, -3, 0.5]),
};

describe('sums of terms with a common factor', () => {
  test('are the factor times a sum that is there already', () => {
    const graph = graphOf((builder, a, f) => {
      const scale = builder.unary('exp', spread(builder, f));
      const scaled = builder.unary('neg', builder.binary('div', builder.binary('mul', scale, a), builder.constant(7, ROWS * COLS)));
      return { plain: sumOfColumns(builder, a), scaled: sumOfColumns(builder, scaled) };
    });
    const factored = factorSums(graph);
    expect([count(graph, 'reduce'), count(factored, 'reduce')]).toEqual([2, 1]);
    const [wanted, found] = [graph, factored].map((each) => interpret(each, INPUTS));
    wanted?.scaled?.forEach((value, index) => {
      expect(found?.scaled?.[index]).toBeCloseTo(value, 12);
    });
  });

  test('stay as they are where the factor differs within a sum', () => {
    const graph = graphOf((builder, a, f) => {
      const scaled = builder.binary('mul', spread(builder, f), a);
      return { plain: builder.reduce('sum', a, COLS), scaled: builder.reduce('sum', scaled, COLS) };
    });
    expect(factorSums(graph)).toEqual(graph);
  });

  test('stay as they are where a matmul reads the terms', () => {
    const graph = graphOf((builder, a, f) => {
      const scaled = builder.binary('mul', spread(builder, f), a);
      const product = builder.matmul(scaled, builder.view(scaled, transposeMap([ROWS, COLS], [1, 0])), {
        batch: 1,
        m: ROWS,
        n: ROWS,
        k: COLS,
      });
      return { product, scaled: sumOfColumns(builder, scaled) };
    });
    expect(factorSums(graph)).toEqual(graph);
  });
});

test('random programs compute the same up to rounding', { timeout: 300 * numRuns }, () => {
  fc.assert(
    fc.property(randomProgram, (program) => {
      const { graph } = traceProgram(program);
      const inputs = inputValues(program, 1);
      const found = interpret(factorSums(graph), inputs);
      assertWithinBounds(
        (name) => found[name] ?? [],
        interpretWithBounds(graph, inputs),
        () => programText(program),
      );
    }),
    { numRuns, seed: 4 },
  );
});
