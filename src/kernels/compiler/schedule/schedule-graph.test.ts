import { describe, expect, it } from 'vitest';
import { registerCustomKernel } from '../custom-kernels.ts';
import type { Graph, ValueId } from '../graph.ts';
import { GraphBuilder } from '../graph-builder.ts';
import { indexMap, padMap, sliceMap, transposeMap } from '../index-map.ts';
import { interpret } from '../interpret.ts';
import type { Kernel, LoopsKernel, MatMulKernel, Schedule } from '../schedule.ts';
import { planArena } from './arena.ts';
import type { ScheduleOptions } from './options.ts';
import { GPU_POLICY, WASM_POLICY } from './policies.ts';
import { scheduleGraph } from './schedule-graph.ts';
import { externalsOf, firstDifference, runPlanned } from './testing/run-planned.ts';
import { adamStep, layerNorm, mlpStep, softmaxCrossEntropy } from './testing/typical-graphs.ts';

const numbers = (size: number, start = 0): Float64Array => Float64Array.from({ length: size }, (_, i) => Math.sin(start + 1.3 * i));

/** Input values by name: int32 ones count up, others are in [-1, 1]. */
function inputsOf(graph: Graph): Record<string, Float64Array> {
  return Object.fromEntries(
    graph.nodes.flatMap((node, id) => {
      if (node.op !== 'input') return [];
      return [[node.name, node.dtype === 'int32' ? Float64Array.from({ length: node.size }, (_, i) => i) : numbers(node.size, id)]];
    }),
  );
}

/** Schedules the graph for both kinds of target, compares what it computes with the interpreter, and returns the GPU's schedule. */
function scheduled(graph: Graph, options: ScheduleOptions = {}): Schedule {
  const inputs = inputsOf(graph);
  const wanted = interpret(graph, inputs);
  const schedules = [WASM_POLICY, GPU_POLICY].map((policy) => {
    const schedule = scheduleGraph(graph, policy, options);
    const externals = externalsOf(schedule, inputs);
    for (const name of options.zeroInitialized ?? []) externals[name]?.fill(0);
    runPlanned(schedule, externals);
    for (const [name, values] of Object.entries(wanted)) {
      // Sums are made in the same order as the interpreter's: no tolerance.
      expect(firstDifference(externals[options.inPlace?.[name] ?? name], values), name).toBeNull();
    }
    return schedule;
  });
  return schedules[1] as Schedule;
}

const levelCount = ({ kernels }: Schedule): number => new Set(kernels.map(({ level }) => level)).size;
const loops = (kernel: Kernel | undefined): LoopsKernel => {
  if (kernel?.kind !== 'loops') throw new Error(`a kernel of loops was expected, not ${kernel?.kind}`);
  return kernel;
};
const matmuls = ({ kernels }: Schedule): MatMulKernel[] => kernels.flatMap((kernel) => (kernel.kind === 'matmul' ? [kernel] : []));
const nameOf = (schedule: Schedule, buffer: number): string => {
  const { storage } = schedule.buffers[buffer] as Schedule['buffers'][number];
  return storage.kind === 'external' ? storage.name : storage.kind;
};

describe('scheduleGraph', () => {
  it('computes a chain of element-wise operations and views in one kernel', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 12, 'float32', 'run');
    const turned = builder.view(builder.unary('exp', x), transposeMap([3, 4], [1, 0]));
    const out = builder.binary('mul', turned, builder.unary('neg', x));
    expect(scheduled(builder.finish({ out })).kernels).toHaveLength(1);
  });

  it('does not read outside of an array where a padded expression is fill', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 4, 'float32', 'run');
    const out = builder.view(builder.unary('exp', x), padMap([4], [2], [3]), -1);
    expect(scheduled(builder.finish({ out })).kernels).toHaveLength(1);
  });

  it('stores what is read through digits that do not nest', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 12, 'float32', 'run');
    const a = builder.view(builder.unary('exp', x), transposeMap([3, 4], [1, 0]));
    const b = builder.view(a, transposeMap([3, 4], [1, 0]));
    expect(scheduled(builder.finish({ out: b })).kernels).toHaveLength(2);
  });

  it('computes only the part of a value that is repeated', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 30, 'float32', 'run');
    // The inside of (5, 6), each element twice.
    const twice = builder.view(builder.unary('exp', x), indexMap([3, 4, 2], [6, 1, 0], 7));
    const schedule = scheduled(builder.finish({ out: builder.binary('mul', twice, builder.input('y', 24, 'float32', 'run')) }));
    const sizes = schedule.buffers.flatMap(({ storage, size }) => (storage.kind === 'arena' ? [size] : []));
    expect(sizes).toEqual([12]);
  });

  it('stores what kernels would compute for each other', () => {
    // An expensive value and a value made of it, both also spread from one element: sharing both would have two kernels wait for each other.
    const b = new GraphBuilder();
    const one = b.constant(1, 9);
    const spread = (id: ValueId): ValueId => b.view(id, indexMap([9], [0]));
    const sigmoid = b.binary('div', one, b.binary('add', b.unary('exp', b.unary('neg', b.input('x', 9, 'float32', 'run'))), one));
    const moved = b.binary('sub', sigmoid, spread(sigmoid));
    const square = b.unary('neg', b.binary('mul', moved, moved));
    scheduled(b.finish({ y: b.unary('neg', b.select(b.binary('lt', sigmoid, spread(square)), square, sigmoid)) }));
  });

  it('stores a value that its kernel cannot read in the digits of the others', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 231, 'float32', 'run');
    const limit = b.input('limit', 1, 'float32', 'run');
    const every = b.spread(limit, 231);
    const size = b.view(b.unary('abs', b.spread(limit, 7)), indexMap([33, 7], [0, 1]));
    const first = b.select(b.binary('and', b.binary('lt', x, every), b.unary('not', b.binary('lt', x, size))), every, x);
    const rows = b.view(first, indexMap([33, 7], [1, 0]));
    scheduled(b.finish({ y: b.unary('neg', b.select(b.binary('lt', first, rows), every, first)) }));
  });

  it('keeps the rows of a kernel that gains a shared value while another value asks for it', () => {
    // A softmax, repeated with its first entries after its last: read in digits that cut across its rows.
    const builder = new GraphBuilder();
    const x = builder.input('x', 9, 'float32', 'run');
    const s = builder.input('s', 1, 'float32', 'run');
    const powers = builder.unary('exp', builder.binary('sub', x, builder.spread(builder.reduce('max', x, 9), 9)));
    const shares = builder.binary('div', powers, builder.spread(builder.reduce('sum', powers, 9), 9));
    const repeated = builder.view(builder.view(shares, indexMap([2, 9], [0, 1])), indexMap([2, 13], [0, 1]));
    const product = builder.matmul(builder.spread(s, 2), builder.spread(s, 13), { batch: 1, m: 2, n: 13, k: 1 });
    const weights = builder.unary('neg', builder.constant(numbers(26), 26));
    const columns = builder.reduce('sum', builder.view(weights, transposeMap([2, 13], [1, 0])), 2);
    const folded = builder.binary('add', builder.view(columns, sliceMap([13], [0], [9])), builder.view(columns, indexMap([9], [1], 4)));
    const weighted = builder.binary('mul', folded, shares);
    const gradient = builder.binary('sub', weighted, builder.binary('mul', builder.spread(builder.reduce('sum', weighted, 9), 9), shares));
    scheduled(builder.finish({ y: builder.unary('neg', builder.binary('add', product, repeated)), gradient }));
  });

  it('stores what a kernel would compute for its own point and read at another', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 48, 'float32', 'run');
    const alongColumns = (id: ValueId): ValueId => builder.view(id, indexMap([3, 16], [1, 3]));
    const toRows = (id: ValueId): ValueId => builder.view(id, indexMap([16, 3], [0, 1]));
    const mean = builder.binary('div', builder.reduce('sum', alongColumns(x), 16), builder.constant(16, 3));
    const centred = builder.binary('sub', x, toRows(mean));
    const variance = builder.reduce('sum', alongColumns(builder.binary('mul', centred, centred)), 16);
    const normal = builder.binary(
      'mul',
      builder.binary('div', centred, toRows(builder.unary('sqrt', variance))),
      builder.constant(0.3, 48),
    );
    const negative = builder.unary('neg', normal);
    // The first sixteen elements, each for three: digits that cut across the rows.
    const isLess = builder.binary('lt', normal, builder.view(negative, indexMap([16, 3], [1, 0])));
    scheduled(builder.finish({ y: builder.unary('neg', builder.select(isLess, negative, normal)) }));
  });

  it('cuts chains of single numbers before they are too deep to walk', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 2000, 'float32', 'run');
    let sum = builder.view(x, sliceMap([2000], [0], [1]));
    for (let i = 1; i < 2000; i++) sum = builder.binary('add', sum, builder.view(x, sliceMap([2000], [i], [1])));
    const { kernels } = scheduled(builder.finish({ sum }));
    expect(kernels.length).toBeGreaterThan(2);
    for (const kernel of kernels) expect(loops(kernel).exprs.length).toBeLessThan(1000);
  });

  it('looks rows up where they are needed', () => {
    const builder = new GraphBuilder();
    const params = builder.input('params', 20, 'float32', 'run');
    const table = builder.view(params, indexMap([12], [1], 5));
    const rows = builder.input('rows', 3, 'int32', 'run');
    const out = builder.reduce('sum', builder.unary('exp', builder.gather(table, rows, 3)), 3);
    const schedule = scheduled(builder.finish({ out }));
    expect(schedule.kernels).toHaveLength(1);
    expect(loops(schedule.kernels[0]).exprs).toContainEqual(expect.objectContaining({ kind: 'loadAt', scale: 3 }));
  });

  it('writes the pieces of a concat into their places', () => {
    const builder = new GraphBuilder();
    const a = builder.input('a', 6, 'float32', 'run');
    const b = builder.input('b', 9, 'float32', 'run');
    const product = builder.matmul(a, b, { batch: 1, m: 2, n: 3, k: 3 });
    const whole = builder.concat([builder.unary('neg', a), product, builder.constant(0, 4)], 2);
    const graph = builder.finish({ whole });
    expect(scheduled(graph).kernels).toHaveLength(3);
    const schedule = scheduled(graph, { zeroInitialized: ['whole'] });
    expect(schedule.kernels).toHaveLength(2);
    expect(schedule.buffers.every(({ storage }) => storage.kind === 'external')).toBe(true);
  });

  it('reads an image as patches in the product with the filters', () => {
    const builder = new GraphBuilder();
    const image = builder.input('image', 25, 'float32', 'run');
    const padded = builder.view(builder.unary('exp', image), padMap([5, 5], [1, 1], [1, 1]));
    const taps = [0, 1, 2].flatMap((y) => [0, 1, 2].map((x) => builder.view(padded, sliceMap([7, 7], [y, x], [5, 5]))));
    const patches = builder.view(builder.concat(taps, 1), transposeMap([9, 25], [1, 0]));
    const out = builder.matmul(patches, builder.input('filters', 18, 'float32', 'run'), { batch: 1, m: 25, n: 2, k: 9 });
    const schedule = scheduled(builder.finish({ out }));
    expect(schedule.kernels.map(({ kind }) => kind)).toEqual(['loops', 'matmul']);
    expect(matmuls(schedule)[0]?.a.at.guards.length).toBeGreaterThan(0);
  });

  it('adds a residual in one of two matmuls, and stores the other', () => {
    const builder = new GraphBuilder();
    const dims = { batch: 1, m: 2, n: 2, k: 2 };
    const [a, b, c] = ['a', 'b', 'c'].map((name) => builder.input(name, 4, 'float32', 'run')) as [ValueId, ValueId, ValueId];
    const sum = builder.binary('add', builder.matmul(a, b, dims), builder.matmul(b, c, dims));
    const schedule = scheduled(builder.finish({ out: builder.matmul(sum, c, dims) }));
    expect(schedule.kernels.map(({ kind }) => kind)).toEqual(['matmul', 'matmul', 'matmul']);
  });

  it('computes a bias gradient with the matmul that reads the same operand', () => {
    const builder = new GraphBuilder();
    const h = builder.input('h', 12, 'float32', 'run'); // (4, 3)
    const dy = builder.input('dy', 8, 'float32', 'run'); // (4, 2)
    const db = builder.reduce('sum', builder.view(dy, transposeMap([4, 2], [1, 0])), 4);
    const dw = builder.matmul(builder.view(h, transposeMap([4, 3], [1, 0])), dy, { batch: 1, m: 3, n: 2, k: 4 });
    const schedule = scheduled(builder.finish({ grads: builder.concat([dw, db], 1) }));
    expect(schedule.kernels).toHaveLength(1);
    expect(matmuls(schedule)[0]?.columnSum).not.toBeNull();
  });

  it('lets a sum be beside what reads the same in another order only where one thread computes all', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 256 * 32, 'float32', 'run');
    const sums = builder.reduce('sum', builder.view(x, transposeMap([256, 32], [1, 0])), 256);
    const turned = builder.unary('exp', builder.view(x, transposeMap([16, 512], [1, 0])));
    const graph = builder.finish({ sums, turned });
    expect(scheduleGraph(graph, WASM_POLICY).kernels).toHaveLength(1);
    expect(scheduleGraph(graph, GPU_POLICY).kernels).toHaveLength(2);
  });

  it('sums segments of computed values, and runs hand-written kernels on whole arrays', () => {
    registerCustomKernel({
      name: 'test cumulative sum',
      interpret: ([values]) => {
        let sum = 0;
        return (values as Float64Array).map((value) => {
          sum += value;
          return sum;
        });
      },
    });
    const builder = new GraphBuilder();
    const x = builder.input('x', 6, 'float32', 'run');
    const rows = builder.input('rows', 3, 'int32', 'run');
    const sums = builder.segmentSum(builder.unary('exp', builder.view(x, transposeMap([2, 3], [1, 0]))), rows, 4, 2);
    const custom = builder.custom('test cumulative sum', [builder.view(sums, indexMap([8], [-1], 7))], 8);
    const spread = builder.custom('test cumulative sum', [builder.constant(2, 8)], 8);
    scheduled(builder.finish({ out: builder.concat([custom, builder.unary('neg', spread), sums], 2), custom }));
  });

  it('writes the sums of segments straight into the one thing that they are part of, as a gradient of all parameters', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 6, 'float32', 'run');
    const rows = builder.input('rows', 3, 'int32', 'run');
    const sums = builder.segmentSum(x, rows, 4, 2);
    const { kernels } = scheduled(builder.finish({ grads: builder.concat([builder.unary('exp', x), sums], 1) }));
    expect(kernels.map(({ kind }) => kind).sort()).toEqual(['loops', 'segmentSum']);
  });

  it('is the same every time', () => {
    const graph = mlpStep({ sizes: [6, 5, 4, 3], batch: 4, rows: 9 });
    expect(scheduleGraph(graph, GPU_POLICY)).toEqual(scheduleGraph(graph, GPU_POLICY));
  });
});

describe('outputs in place', () => {
  it('are written over the input by the kernel that reads it last', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 6, 'float32', 'run');
    const total = builder.spread(builder.reduce('sum', x, 6), 6);
    const graph = builder.finish({ next: builder.binary('sub', x, total) });
    const schedule = scheduled(graph, { inPlace: { next: 'x' } });
    expect(schedule.kernels).toHaveLength(1);
    expect(schedule.buffers).toHaveLength(1);
  });

  it('wait for a later pass that reads the old value', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 6, 'float32', 'run');
    const next = builder.unary('exp', x);
    const out = builder.binary('mul', x, builder.spread(builder.reduce('sum', next, 6), 6));
    const schedule = scheduled(builder.finish({ next, out }), { inPlace: { next: 'x' } });
    expect(schedule.kernels).toHaveLength(1);
    expect(schedule.buffers).toHaveLength(2);
  });

  it('take a detour where other elements of the old value are needed', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 6, 'float32', 'run');
    const graph = builder.finish({ next: builder.binary('add', x, builder.view(x, indexMap([6], [-1], 5))) });
    expect(scheduled(graph, { inPlace: { next: 'x' } }).kernels).toHaveLength(2);
  });

  it('may change places', () => {
    const builder = new GraphBuilder();
    const [x, y] = ['x', 'y'].map((name) => builder.input(name, 6, 'float32', 'run')) as [ValueId, ValueId];
    scheduled(builder.finish({ first: y, second: x }), { inPlace: { first: 'x', second: 'y' } });
  });

  it('are left alone where they are the input itself', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 6, 'float32', 'run');
    expect(scheduleGraph(builder.finish({ next: x }), WASM_POLICY, { inPlace: { next: 'x' } }).kernels).toHaveLength(0);
  });

  it('are refused where the input is shared, or of another size, or written twice', () => {
    const builder = new GraphBuilder();
    const shared = builder.input('data', 6, 'float32', 'shared');
    const small = builder.input('small', 2, 'float32', 'run');
    const graph = builder.finish({ a: builder.unary('neg', shared), b: builder.unary('exp', shared), c: builder.unary('neg', small) });
    expect(() => scheduleGraph(graph, WASM_POLICY, { inPlace: { a: 'data' } })).toThrow(/all runs share/);
    expect(() => scheduleGraph(graph, WASM_POLICY, { inPlace: { a: 'small' } })).toThrow(/6 elements, "small" 2/);
    expect(() => scheduleGraph(graph, WASM_POLICY, { inPlace: { a: 'b' } })).toThrow(/no input "b"/);
    expect(() => scheduleGraph(graph, WASM_POLICY, { inPlace: { c: 'small', a: 'small' } })).toThrow();
  });
});

describe('kernels of typical graphs', () => {
  it('are eleven in eight levels for the training step of an MLP with three layers', () => {
    const schedule = scheduled(mlpStep({ sizes: [6, 5, 7, 3], batch: 4, rows: 9 }), { zeroInitialized: ['grads'] });
    expect(schedule.kernels.map(({ kind }) => kind).filter((kind) => kind === 'matmul')).toHaveLength(8);
    // Besides the matmuls: the batch, the rows of the loss, the mean.
    expect(schedule.kernels).toHaveLength(11);
    expect(levelCount(schedule)).toBe(8);
    expect(matmuls(schedule).filter(({ columnSum }) => columnSum !== null)).toHaveLength(3);
  });

  it('are one for softmax, cross-entropy and their gradient, whose exponentials are computed once', () => {
    const schedule = scheduled(softmaxCrossEntropy(4, 3));
    expect(schedule.kernels).toHaveLength(1);
    const kernel = loops(schedule.kernels[0]);
    expect(kernel.passes).toHaveLength(3);
    expect(kernel.outer).toBe(1);
  });

  it('are one for the rows of a layer norm and its gradient, and one for its columns', () => {
    const schedule = scheduled(layerNorm(5, 4));
    expect(schedule.kernels.map((kernel) => loops(kernel).passes.length)).toEqual([4, 1]);
  });

  it('are one pass over the parameters for Adam', () => {
    const { graph, inPlace } = adamStep(9);
    const schedule = scheduleGraph(graph, WASM_POLICY, { inPlace });
    scheduled(graph, { inPlace });
    expect(schedule.kernels).toHaveLength(1);
    expect(loops(schedule.kernels[0]).passes).toHaveLength(1);
    expect(schedule.buffers.map((_, id) => nameOf(schedule, id)).sort()).toEqual(['g', 'k', 'm', 'norm', 'v', 'x']);
  });
});

describe('planArena', () => {
  it('lets buffers that do not live at the same level share memory', () => {
    const builder = new GraphBuilder();
    let h = builder.input('x', 16, 'float32', 'run');
    const w = builder.input('w', 16, 'float32', 'run');
    for (let layer = 0; layer < 6; layer++) h = builder.matmul(h, w, { batch: 1, m: 4, n: 4, k: 4 });
    const plan = planArena(scheduled(builder.finish({ out: h })), { alignment: 4 });
    expect(plan.sizeWithoutReuse).toBe(5 * 16);
    expect(plan.size).toBe(2 * 16);
  });

  it('aligns every buffer', () => {
    const schedule = scheduled(mlpStep({ sizes: [6, 5, 7, 3], batch: 3, rows: 5 }));
    const { offsets } = planArena(schedule, { alignment: 64 });
    expect(offsets.every((offset) => offset === null || offset % 64 === 0)).toBe(true);
  });
});
