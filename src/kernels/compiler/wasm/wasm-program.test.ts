import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../graph-builder.ts';
import { WASM_POLICY } from '../schedule/policies.ts';
import { scheduleGraph } from '../schedule/schedule-graph.ts';
import type { Schedule } from '../schedule.ts';
import { WasmProgram, type WasmProgramSpec } from './wasm-program.ts';

const [BATCH, INPUTS, HIDDEN] = [7, 13, 10];

/** loss = mean of exp(tanh(data weights) columns), and weights += the run's rate times a product: matmuls, reductions, state in place. */
function networkSchedule(): Schedule {
  const g = new GraphBuilder();
  const data = g.input('data', BATCH * INPUTS, 'float32', 'shared');
  const weights = g.input('weights', INPUTS * HIDDEN, 'float32', 'run');
  const rate = g.input('rate', 1, 'float32', 'run');
  const hidden = g.unary('tanh', g.matmul(data, weights, { batch: 1, m: BATCH, n: HIDDEN, k: INPUTS }));
  const loss = g.reduce('sum', g.unary('exp', hidden), BATCH * HIDDEN);
  const transposed = g.view(data, { extents: [INPUTS, BATCH], strides: [1, INPUTS], offset: 0, guards: [] });
  const update = g.matmul(transposed, hidden, { batch: 1, m: INPUTS, n: HIDDEN, k: BATCH });
  const next = g.binary('add', weights, g.binary('mul', update, g.spread(rate, INPUTS * HIDDEN)));
  return scheduleGraph(g.finish({ loss, next }), WASM_POLICY, { inPlace: { next: 'weights' } });
}

/** count += 1, for another kind of run. */
function counterSchedule(): Schedule {
  const g = new GraphBuilder();
  const count = g.input('count', 1, 'int32', 'run');
  return scheduleGraph(g.finish({ next: g.binary('add', count, g.constant(1, 1, 'int32')) }), WASM_POLICY, { inPlace: { next: 'count' } });
}

const network = (runs: number, more: Partial<WasmProgramSpec> = {}): Promise<WasmProgram> =>
  WasmProgram.create({
    parts: { network: networkSchedule() },
    runs,
    entries: { step: [{ firstRun: 0, runs, parts: ['network'] }] },
    ...more,
  });

const weightsOf = (id: number): Float32Array => Float32Array.from({ length: INPUTS * HIDDEN }, (_, i) => Math.sin(i * 0.7 + id) / 3);

function start(program: WasmProgram, ids: readonly number[]): void {
  program.float32('data').set(Float32Array.from({ length: BATCH * INPUTS }, (_, i) => Math.cos(i * 1.3)));
  ids.forEach((id, run) => {
    program.float32('weights', run).set(weightsOf(id));
    program.float32('rate', run)[0] = 0.01 * (id + 1);
  });
}

interface Bits {
  readonly loss: Uint32Array;
  readonly weights: Uint32Array;
}

function bitsOf(program: WasmProgram, run: number): Bits {
  const bits = (name: string): Uint32Array => new Uint32Array(program.float32(name, run).slice().buffer);
  return { loss: bits('loss'), weights: bits('weights') };
}

const STEPS = 5;

describe('a program of R runs', () => {
  test.each([1, 2, 7, 16])('gives each of %d runs the bits that it has alone', async (runs) => {
    const together = await network(runs);
    const ids = Array.from({ length: runs }, (_, run) => run);
    start(together, ids);
    for (let step = 0; step < STEPS; step++) together.call('step');
    for (const id of ids) {
      const alone = await network(1);
      start(alone, [id]);
      for (let step = 0; step < STEPS; step++) alone.call('step');
      expect(bitsOf(together, id), `run ${id}`).toEqual(bitsOf(alone, 0));
    }
  });

  test('does not care how calls group the runs, nor which arena they use', async () => {
    const ids = [0, 1, 2, 3, 4, 5, 6];
    const whole = await network(7);
    const grouped = await network(7, { arenas: 2 });
    start(whole, ids);
    start(grouped, ids);
    for (let step = 0; step < STEPS; step++) {
      whole.call('step');
      grouped.call('step', 5, 2, 1);
      grouped.call('step', 0, 1, 0);
      grouped.call('step', 1, 4, step % 2);
    }
    for (const id of ids) expect(bitsOf(grouped, id)).toEqual(bitsOf(whole, id));
  });

  test('keeps NaN in its own run', async () => {
    const [clean, planted] = [await network(3), await network(3)];
    for (const program of [clean, planted]) start(program, [0, 1, 2]);
    planted.float32('weights', 1)[5] = Number.NaN;
    for (let step = 0; step < STEPS; step++) for (const program of [clean, planted]) program.call('step');
    expect(planted.float32('loss', 1)[0]).toBeNaN();
    for (const run of [0, 2]) expect(bitsOf(planted, run)).toEqual(bitsOf(clean, run));
    expect(clean.float32('loss', 1)[0]).not.toBeNaN();
  });

  test('has the same code whatever R is', async () => {
    const [one, many] = [await network(1), await network(32)];
    expect(many.moduleBytes).toBe(one.moduleBytes);
    expect(many.plannedBytes.arenas).toBe(one.plannedBytes.arenas);
    // Weights, rate and loss, in whole cache lines of 64 bytes.
    expect(many.plannedBytes.runs - one.plannedBytes.runs).toBe(31 * (Math.ceil((4 * INPUTS * HIDDEN) / 64) * 64 + 64 + 64));
  });
});

test('attached programs compute in the same memory', async () => {
  const program = await network(2, { memory: 'shared', arenas: 2 });
  const { module, memory, layout } = program.share();
  // As if posted to another thread: the layout survives structured cloning.
  const attached = await WasmProgram.attach({ module, memory, layout: structuredClone(layout) });
  start(program, [0, 1]);
  const reference = await network(2);
  start(reference, [0, 1]);
  for (let step = 0; step < STEPS; step++) {
    reference.call('step');
    program.call('step', 0, 1, 0);
    attached.call('step', 1, 1, 1);
  }
  expect(memory.buffer).toBeInstanceOf(SharedArrayBuffer);
  for (const run of [0, 1]) expect(bitsOf(program, run)).toEqual(bitsOf(reference, run));
});

test('entries run the parts of each run in order, and runs have memory only for what they use', async () => {
  const program = await WasmProgram.create({
    parts: { network: networkSchedule(), count: counterSchedule() },
    runs: 3,
    entries: {
      step: [
        { firstRun: 0, runs: 1, parts: ['network'] },
        { firstRun: 1, runs: 2, parts: ['network', 'count', 'count'] },
      ],
      count: [{ firstRun: 2, runs: 1, parts: ['count'] }],
    },
  });
  start(program, [0, 1, 2]);
  program.call('step');
  program.call('count');
  expect([1, 2].map((run) => program.int32('count', run)[0])).toEqual([2, 3]);
  expect(program.has('count', 0)).toBe(false);
  expect(program.has('count', 1)).toBe(true);
  expect(program.has('data')).toBe(true);
  expect(() => program.int32('count', 0)).toThrow('Run 0 has no external "count"');
});

test('memory does not grow with calls', async () => {
  const program = await network(2);
  start(program, [0, 1]);
  const { memory } = program.share();
  const before = memory.buffer.byteLength;
  for (let step = 0; step < 1000; step++) program.call('step');
  expect(memory.buffer.byteLength).toBe(before);
  expect(program.bytes).toBeLessThanOrEqual(before);
});

describe('a program says what is wrong', () => {
  test('with names', async () => {
    const program = await network(2);
    expect(() => program.float32('loss')).toThrow('External "loss" belongs to a run: say which.');
    expect(() => program.float32('lost', 0)).toThrow('The program has no external "lost", but data, weights');
    expect(() => program.int32('loss', 0)).toThrow('External "loss" is float32, not int32.');
    expect(() => program.call('walk')).toThrow('The program has no entry "walk", but step.');
    expect(() => program.call('step', 1, 2)).toThrow('The program has 2 runs, not 2 from number 1.');
    expect(() => program.call('step', 0, 1, 1)).toThrow('The program has 1 arenas, not one with number 1.');
  });

  test('with entries', async () => {
    const entry = (firstRun: number, parts: readonly string[]) => ({ entries: { step: [{ firstRun, runs: 1, parts }] } });
    await expect(network(1, entry(0, ['net']))).rejects.toThrow('Entry "step" names part "net", which does not exist.');
    await expect(network(1, entry(1, ['network']))).rejects.toThrow('Entry "step" names run 1, but there are 1 runs.');
  });

  test('with parts that do not fit together', async () => {
    const g = new GraphBuilder();
    const other = scheduleGraph(g.finish({ loss: g.unary('exp', g.input('weights', 3, 'float32', 'run')) }), WASM_POLICY);
    const parts = { network: networkSchedule(), other };
    await expect(network(1, { parts })).rejects.toThrow('part "other" has "weights" with size 3, another part with 130');
  });

  test('with memory', async () => {
    const g = new GraphBuilder();
    const size = 2 ** 29;
    const huge = scheduleGraph(g.finish({ next: g.unary('exp', g.input('x', size, 'float32', 'run')) }), WASM_POLICY, {
      inPlace: { next: 'x' },
    });
    const spec = { parts: { huge }, runs: 3, entries: { step: [{ firstRun: 0, runs: 3, parts: ['huge'] }] } };
    await expect(WasmProgram.create(spec)).rejects.toThrow('needs 6145 MiB of memory, more than the 4096 MiB');
  });
});
