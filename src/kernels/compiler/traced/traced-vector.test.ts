import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Algebra } from '../../algebra.ts';
import { Vec64 } from '../../vec64.ts';
import { GraphBuilder } from '../graph-builder.ts';
import { interpret } from '../interpret.ts';
import { TracedVector } from './traced-vector.ts';

type Operation = <T extends Algebra<T>>(a: T, b: T, c: T) => T;

const operations: Readonly<Record<string, Operation>> = {
  add: (a, b) => a.add(b),
  'add a number': (a) => a.add(0.75),
  sub: (a, b) => a.sub(b),
  'sub a number': (a) => a.sub(-3),
  mul: (a, b) => a.mul(b),
  'mul by a number': (a) => a.mul(-0.5),
  div: (a, b) => a.div(b),
  'div by a number': (a) => a.div(4),
  pow: (a, b) => a.abs().pow(b),
  'pow of a number': (a) => a.abs().pow(1.5),
  'pow 0': (a) => a.pow(0),
  maximum: (a, b) => a.maximum(b),
  'maximum with a number': (a) => a.maximum(0),
  minimum: (a, b) => a.minimum(b),
  'minimum with a number': (a) => a.minimum(-1),
  neg: (a) => a.neg(),
  abs: (a) => a.abs(),
  sqrt: (a) => a.sqrt(),
  square: (a) => a.square(),
  sign: (a) => a.sign(),
  greater: (a, b) => a.greater(b),
  'greater than a number': (a) => a.greater(0.5),
  equal: (a, b) => a.equal(b),
  'equal to a number': (a) => a.equal(1),
  'logicalAnd of masks': (a, b, c) => a.greater(c).logicalAnd(b.greater(c)),
  'logicalAnd of numbers': (a, b) => a.logicalAnd(b),
  logicalNot: (a, b) => a.greater(b).logicalNot(),
  'logicalNot of a number': (a) => a.logicalNot(),
  where: (a, b, c) => a.where(b.greater(0), c),
  'where by a number': (a, b, c) => a.where(b, c),
  'arithmetic with a mask': (a, b) => a.greater(b).mul(a),
  sum: (a) => a.sum(1, true),
  'sum of a mask': (a, b) => a.greater(b).sum(1, true),
  'a chain': (a, b, c) => a.mul(b).add(c.square()).sqrt().div(b.abs().add(1)).where(a.greater(c), b.neg()),
};

/** What a float32 can hold, with everything that breaks formulas. */
const element = fc.oneof(
  fc.constantFrom(0, 1, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  fc.float({ noDefaultInfinity: true, noNaN: true, min: -100, max: 100 }).map((value) => value + 0),
);
const operands = fc
  .tuple(fc.integer({ min: 2, max: 5 }), fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()))
  .chain(([cols, isColumn]) =>
    fc.tuple(...isColumn.map((column) => fc.array(element, { minLength: column ? 1 : cols, maxLength: column ? 1 : cols }))),
  );

function onVec64(operation: Operation, operands: readonly number[][]): number[] {
  const [a, b, c] = operands.map((values) => Vec64.fromRows([values])) as [Vec64, Vec64, Vec64];
  return Array.from(operation(a, b, c).values);
}

function onGraph(operation: Operation, operands: readonly number[][]): number[] {
  const builder = new GraphBuilder();
  const names = ['a', 'b', 'c'];
  const [a, b, c] = operands.map(
    (values, index) => new TracedVector(builder, builder.input(names[index] as string, values.length, 'float32', 'run')),
  ) as [TracedVector, TracedVector, TracedVector];
  const graph = builder.finish({ y: operation(a, b, c).id });
  return Array.from(interpret(graph, Object.fromEntries(operands.map((values, index) => [names[index], values]))).y ?? []);
}

// Nothing distinguishes the two zeros: `add` of 0 may keep a -0.
const withoutSignedZero = (values: readonly number[]) => values.map((value) => value + 0);

describe('TracedVector', () => {
  it.each(Object.entries(operations))('%s gives what Vec64 gives, for NaN, infinities and broadcast columns too', (_name, operation) => {
    fc.assert(
      fc.property(operands, (values) => {
        expect(withoutSignedZero(onGraph(operation, values))).toEqual(withoutSignedZero(onVec64(operation, values)));
      }),
    );
  });

  it('keeps what is computed from single columns a single element', () => {
    const builder = new GraphBuilder();
    const vector = new TracedVector(builder, builder.input('x', 100, 'float32', 'run'));
    const scalar = new TracedVector(builder, builder.input('d', 1, 'float32', 'run'));
    const { nodes } = builder.finish({ y: vector.mul(scalar.mul(2).add(scalar.sqrt())).id });
    expect(nodes.filter(({ op }) => op === 'binary' || op === 'unary').map(({ size }) => size)).toEqual([1, 1, 1, 100]);
  });

  it('refuses shapes that do not broadcast', () => {
    const builder = new GraphBuilder();
    const [a, b] = [3, 4].map((size) => new TracedVector(builder, builder.input(`v${size}`, size, 'float32', 'run')));
    expect(() => a?.add(b as TracedVector)).toThrow('Shapes (1, 3) and (1, 4) do not broadcast.');
  });
});
