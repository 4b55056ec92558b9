import { expect, test } from 'vitest';
import type { ValueId } from '../graph.ts';
import { GraphBuilder } from '../graph-builder.ts';
import { GPU_POLICY } from '../schedule/policies.ts';
import { scheduleGraph } from '../schedule/schedule-graph.ts';
import { foldGathers } from './fold-gathers.ts';

/** Four rows of a (5, 3) table times a (3, 2) matrix. */
function product(table: (builder: GraphBuilder, data: ValueId) => ValueId, inPlace: Readonly<Record<string, string>> = {}) {
  const builder = new GraphBuilder();
  const data = builder.input('data', 15, 'float32', 'run');
  const rows = builder.input('rows', 4, 'int32', 'run');
  const w = builder.input('w', 6, 'float32', 'run');
  const batch = builder.gather(table(builder, data), rows, 3);
  const y = builder.matmul(batch, w, { batch: 1, m: 4, n: 2, k: 3 });
  const next = builder.unary('exp', data);
  return scheduleGraph(builder.finish({ y, next }), GPU_POLICY, { inPlace });
}

const kindsOf = ({ kernels }: ReturnType<typeof foldGathers>): string[] => kernels.map(({ kind }) => kind).sort();

test('a matMul looks up rows of the data itself', () => {
  const schedule = product((_, data) => data);
  expect(kindsOf(schedule)).toEqual(['loops', 'loops', 'matmul']);
  expect(kindsOf(foldGathers(schedule))).toEqual(['loops', 'matmul']);
});

test('rows of a table that is computed are copied while it is there', () => {
  const schedule = product((builder, data) => builder.unary('tanh', data));
  expect(foldGathers(schedule)).toBe(schedule);
});

test('rows of a table that is overwritten are copied before', () => {
  const schedule = product((_, data) => data, { next: 'data' });
  expect(foldGathers(schedule)).toBe(schedule);
});
