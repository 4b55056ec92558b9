import { describe, expect, it } from 'vitest';
import { inputsOf } from '../graph.ts';
import { GraphBuilder } from '../graph-builder.ts';
import { interpret } from '../interpret.ts';
import { reuseStored } from './reuse-stored.ts';
import { TracedVector } from './traced-vector.ts';

/** m <- m + g and x <- x - m, the new m, where `moves`. */
function momentum() {
  const builder = new GraphBuilder();
  const input = (name: string, size: number) => new TracedVector(builder, builder.input(name, size, 'float32', 'run'));
  const [x, m, g] = [input('x', 3), input('m', 3), input('g', 3)];
  const moves = input('moves', 1).greater(0);
  const mNew = m.add(g);
  const outputs = { 'next m': mNew.where(moves, m).id, 'next x': x.sub(mNew).where(moves, x).id };
  return { graph: builder.finish(outputs), inPlace: { 'next m': 'm', 'next x': 'x' } };
}

/** s <- s + g and x <- x - s where the new s is not all zero: what is stored decides whether it is stored. */
function selfDeciding() {
  const builder = new GraphBuilder();
  const input = (name: string, size: number) => new TracedVector(builder, builder.input(name, size, 'float32', 'run'));
  const [x, s, g] = [input('x', 3), input('s', 3), input('g', 3)];
  const sNew = s.add(g);
  const moves = sNew.abs().sum(1, true).greater(0);
  const outputs = { 'next s': sNew.where(moves, s).id, 'next x': x.sub(sNew).where(moves, x).id };
  return { graph: builder.finish(outputs), inPlace: { 'next s': 's', 'next x': 'x' } };
}

describe('reuseStored', () => {
  it('lets what follows read the state as it is stored', () => {
    const { graph, inPlace } = momentum();
    const after = reuseStored(graph, Object.keys(inPlace));
    const subtraction = after.nodes.find((node) => node.op === 'binary' && node.fn === 'sub');
    expect(subtraction && inputsOf(subtraction)[1]).toBe(after.outputs['next m']);
    expect(after.nodes).toHaveLength(graph.nodes.length);
  });

  it.each([0, 1])('changes no output, whether the row moves or not: %i', (moves) => {
    const { graph, inPlace } = momentum();
    const inputs = { x: [1, 2, 3], m: [4, 5, 6], g: [0.5, Number.NaN, -7], moves: [moves] };
    expect(interpret(reuseStored(graph, Object.keys(inPlace)), inputs)).toEqual(interpret(graph, inputs));
  });

  it.each([-4, -3])('lets the new state decide whether it is stored: %i', (g) => {
    const { graph, inPlace } = selfDeciding();
    const inputs = { x: [1, 2, 3], s: [4, 4, 4], g: [g, -4, -4] };
    expect(interpret(reuseStored(graph, Object.keys(inPlace)), inputs)).toEqual(interpret(graph, inputs));
  });

  it.each([momentum, selfDeciding])('keeps nodes of $name in topological order', (create) => {
    const { graph, inPlace } = create();
    for (const [id, node] of reuseStored(graph, Object.keys(inPlace)).nodes.entries()) {
      expect(inputsOf(node).every((input) => input < id)).toBe(true);
    }
  });
});
