import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dogProgram, fragileProgram, polyakProgram } from './fused/testing/fixtures.ts';
import { noiseRace, noiseRows, onlyRows, rowBits, rowSpec, worstDifference } from './fused/testing/races.ts';
import { type ParamLayout, planLayout } from './layout.ts';
import { planBlocks, RUNNER_COLUMNS, type RunnerSpec } from './optimizer-runner.ts';
import { defineProgram, type StepProgram } from './step-program.ts';
import { type HostRunner, interpretedRunner, opsRunner, referenceRunner, wasmRunner } from './testing/host-runner.ts';
import * as tf from './tf.ts';

const DOG = { lr: 0.7, repsRel: 0.1, eps: 1e-8 };
const POLYAK = { lr: 0.5, lowerBound: 0.25, keepsNorms: true, every: 3 };
const STEPS = 6;

function layoutOf(align: number, ...sizes: number[]): ParamLayout {
  return planLayout(
    sizes.map((size, index) => ({ name: `t${index}`, shape: [size] })),
    align,
  );
}

function gradients({ layout, rows }: RunnerSpec, t: number): Float64Array {
  return noiseRows(
    layout,
    rows.map((_, row) => row),
    t + 1,
  );
}

/** Objectives that are above and below polyak's bound, differently for each row. */
function objectives({ rows }: RunnerSpec, t: number): Float64Array {
  return Float64Array.from(rows, (_, row) => ((t + row) % 3) / 2);
}

function run(runner: HostRunner, spec: RunnerSpec, from = 0, to = spec.totalSteps): void {
  for (let t = from; t < to; t += 1) runner.step(gradients(spec, t), objectives(spec, t));
}

/** Without padding, so that layouts can be compared. */
function packed(values: ArrayLike<number>, layout: ParamLayout): number[] {
  const rows = values.length / layout.n;
  return Array.from({ length: rows }, (_, row) =>
    layout.tensors.flatMap(({ offset, size }) => Array.from({ length: size }, (_, i) => values[row * layout.n + offset + i] ?? Number.NaN)),
  ).flat();
}

beforeAll(() => {
  setWasmPaths('node_modules/@tensorflow/tfjs-backend-wasm/dist/');
});

/** Six steps with sums of up to 1,000 terms: rounding adds up to a few 1e-6 in float32, 1e-14 in float64. */
const TOLERANCE = { float32: 1e-5, float64: 1e-13 } as const;

const runners = [
  { name: 'reference', backend: 'cpu', create: referenceRunner, precision: 'float64' },
  { name: 'ops on cpu', backend: 'cpu', create: opsRunner, precision: 'float32' },
  { name: 'ops on wasm', backend: 'wasm', create: opsRunner, precision: 'float32' },
  { name: 'the graph in float64', backend: 'cpu', create: interpretedRunner, precision: 'float64' },
  { name: 'compiled to WebAssembly', backend: 'cpu', create: wasmRunner, precision: 'float32' },
] as const;

describe('the reference against plain loops', () => {
  it.each(['run', 'tensor'] as const)('DoG with scalars per %s: sums, the start norm of the first step, and segments', (segments) => {
    const layout = layoutOf(1, 5, 3);
    const spec = noiseRace(layout, [rowSpec(dogProgram(segments), DOG, STEPS)], STEPS);
    const runner = referenceRunner(spec);
    const x = Array.from(spec.x0);
    const x0 = [...x];
    const parts =
      segments === 'run'
        ? [[0, 8]]
        : [
            [0, 5],
            [5, 8],
          ];
    const state = parts.map(() => ({ rbar: 0, G: 0 }));
    for (let t = 0; t < STEPS; t += 1) {
      const g = gradients(spec, t);
      parts.forEach(([start = 0, end = 0], index) => {
        const norm2 = (f: (i: number) => number) =>
          Array.from({ length: end - start }, (_, i) => f(start + i) ** 2).reduce((a, b) => a + b, 0);
        const now = state[index] ?? { rbar: 0, G: 0 };
        now.rbar =
          t === 0
            ? DOG.repsRel * (1 + Math.sqrt(norm2((i) => x[i] ?? 0)))
            : Math.max(now.rbar, Math.sqrt(norm2((i) => (x[i] ?? 0) - (x0[i] ?? 0))));
        now.G += norm2((i) => g[i] ?? 0) + (t === 0 ? DOG.eps : 0);
        const eta = (DOG.lr * (spec.rows[0]?.mult[t] ?? 0) * now.rbar) / Math.sqrt(now.G);
        for (let i = start; i < end; i += 1) x[i] = (x[i] ?? 0) - eta * (g[i] ?? 0);
      });
      runner.step(g, Float64Array.of(1));
    }
    return runner.state().then(({ params, rows }) => {
      // Rounding of a few hundred float64 operations.
      expect(worstDifference(params, x).relative).toBeLessThan(1e-13);
      expect(rows[0]?.scalars.rbar?.length).toBe(parts.length);
      expect(
        worstDifference(
          rows[0]?.scalars.rbar ?? [],
          state.map(({ rbar }) => rbar),
        ).relative,
      ).toBeLessThan(1e-13);
    });
  });

  it('a Polyak step: reads the loss, skips without advancing k, looks tables up by k, keeps the old scalar', async () => {
    const layout = layoutOf(1, 7);
    const spec = noiseRace(layout, [rowSpec(polyakProgram, POLYAK, STEPS)], STEPS);
    const runner = referenceRunner(spec);
    const x = Array.from(spec.x0);
    let k = 0;
    let tau = 0;
    for (let t = 0; t < STEPS; t += 1) {
      const g = gradients(spec, t);
      const loss = objectives(spec, t)[0] ?? 0;
      // What is recorded as the loss must not be what the method reads.
      runner.step(g, Float64Array.of(loss), Float64Array.of(99));
      if (loss <= POLYAK.lowerBound) continue;
      const norm2 = [0, 3, 6].reduce((sum, i) => sum + (g[i] ?? 0) ** 2, 0);
      const next = ((loss - POLYAK.lowerBound) * POLYAK.lr * (spec.rows[0]?.mult[t] ?? 0)) / (k + 1) / norm2;
      x.forEach((value, i) => {
        x[i] = value - (g[i] ?? 0) * 0.5 * (next + tau);
      });
      tau = next;
      k += 1;
    }
    const { params, rows } = await runner.state();
    expect(worstDifference(params, x).relative).toBeLessThan(1e-13);
    expect(rows[0]?.k).toBe(k);
    expect(k).toBeLessThan(STEPS);
    expect((await runner.samples()).data[0]).toBe(99);
  });
});

describe.each(runners)('$name', ({ backend, create, precision }) => {
  beforeEach(async () => {
    await tf.setBackend(backend);
  });

  it.each([1, 63, 64, 65, 1000])('%i parameters in 1, 2, 7 and 16 rows give what the reference gives', async (size) => {
    for (const rowCount of [1, 2, 7, 16]) {
      const layout = layoutOf(1, size, 3);
      const rows = Array.from({ length: rowCount }, (_, row) =>
        row % 2 === 0 ? rowSpec(dogProgram('tensor'), { ...DOG, lr: 0.1 * (row + 1) }, STEPS) : rowSpec(polyakProgram, POLYAK, STEPS),
      );
      const spec = noiseRace(layout, rows, STEPS);
      const runner = await create(spec);
      const oracle = referenceRunner(spec);
      run(runner, spec);
      run(oracle, spec);
      const [got, expected] = [await runner.state(), await oracle.state()];
      expect(worstDifference(got.params, expected.params).relative).toBeLessThan(TOLERANCE[precision]);
      expect(got.rows.map(({ k }) => k)).toEqual(expected.rows.map(({ k }) => k));
      got.rows.forEach(({ scalars }, row) => {
        for (const [name, values] of Object.entries(scalars)) {
          expect(worstDifference(values, expected.rows[row]?.scalars[name] ?? []).relative).toBeLessThan(TOLERANCE[precision]);
        }
      });
      runner.dispose();
    }
  });

  it('ignores padding: neither its zeros nor garbage in the gradients reach a sum, and it stays zero', async () => {
    const [tight, padded] = [layoutOf(1, 70, 5), layoutOf(256, 70, 5)];
    const rows = [rowSpec(dogProgram('run'), DOG, STEPS), rowSpec(dogProgram('tensor'), DOG, STEPS), rowSpec(polyakProgram, POLYAK, STEPS)];
    const results = [];
    for (const layout of [tight, padded]) {
      const spec = noiseRace(layout, rows, STEPS);
      const runner = await create(spec);
      for (let t = 0; t < STEPS; t += 1) {
        const g = gradients(spec, t).map((value) => (value === 0 ? 1e9 : value));
        runner.step(g, objectives(spec, t));
      }
      const { params, rows: states } = await runner.state();
      results.push({
        params: packed(params, layout),
        scalars: states.map(({ scalars }) => scalars),
        norms: packed(states[2]?.slots.norms ?? [], layout),
      });
      expect(params.filter((value) => value !== 0)).toHaveLength(3 * layout.size);
      runner.dispose();
    }
    // Sums run over the same numbers in another order.
    expect(worstDifference(results[1]?.params ?? [], results[0]?.params ?? []).relative).toBeLessThan(1e-6);
    expect(worstDifference(results[1]?.norms ?? [], results[0]?.norms ?? []).relative).toBeLessThan(1e-6);
  });

  it('freezes a row at its horizon, bit for bit, and leaves the others alone', async () => {
    const layout = layoutOf(1, 20);
    const rows = [
      rowSpec(dogProgram('run'), DOG, STEPS, 3),
      rowSpec(dogProgram('run'), DOG, STEPS),
      rowSpec(polyakProgram, POLYAK, STEPS, 3),
    ];
    const spec = noiseRace(layout, rows, STEPS);
    const runner = await create(spec);
    run(runner, spec, 0, 3);
    const [early] = [rowBits(await runner.state(), layout)];
    expect((await runner.status()).map(({ isActive }) => isActive)).toEqual([false, true, false]);
    run(runner, spec, 3);
    const late = rowBits(await runner.state(), layout);
    expect(late[0]).toEqual(early[0]);
    expect(late[2]).toEqual(early[2]);
    expect(late[1]).not.toEqual(early[1]);
    const { data, width } = await runner.samples();
    const loss = Array.from({ length: STEPS }, (_, t) => data[t * 3 * width] ?? 0);
    expect(loss.map(Number.isNaN)).toEqual([false, false, false, true, true, true]);
    expect((await runner.status())[0]).toEqual({ isActive: false, divergedAt: null, cause: null, k: 3 });
    runner.dispose();
  });

  it.each([
    ['an objective that is not finite', 'objective', Number.NaN],
    ['an infinite objective', 'objective', Number.POSITIVE_INFINITY],
    ['a gradient that is not finite', 'gradient', Number.NaN],
    ['an infinite gradient', 'gradient', Number.NEGATIVE_INFINITY],
  ] as const)('%s ends its own row and no other', async (_what, where, value) => {
    const layout = layoutOf(1, 20);
    const rows = Array.from({ length: 3 }, () => rowSpec(dogProgram('run'), DOG, STEPS));
    const spec = noiseRace(layout, rows, STEPS);
    const [hit, spared] = [await create(spec), await create(spec)];
    for (let t = 0; t < STEPS; t += 1) {
      const [g, f] = [gradients(spec, t), new Float64Array(3).fill(1)];
      spared.step(g, f);
      if (t === 2) (where === 'objective' ? f : g)[where === 'objective' ? 1 : layout.n + 4] = value;
      hit.step(g, f);
      if (t === 1) expect((await hit.status())[1]?.isActive).toBe(true);
    }
    const [got, expected] = [rowBits(await hit.state(), layout), rowBits(await spared.state(), layout)];
    expect(got[0]).toEqual(expected[0]);
    expect(got[2]).toEqual(expected[2]);
    const statuses = await hit.status();
    // An objective that is not finite stops the row before its step, a gradient by what its step made.
    expect(statuses[1]).toEqual({
      isActive: false,
      divergedAt: 2,
      cause: where === 'objective' ? 'loss' : 'parameters',
      k: where === 'objective' ? 2 : 3,
    });
    expect(statuses[0]).toEqual({ isActive: false, divergedAt: null, cause: null, k: STEPS });
    expect(got[1]?.slice(1, 21).every(Number.isFinite)).toBe(where === 'objective');
    hit.dispose();
    spared.dispose();
  });

  it('ends a row whose parameters stay finite while a buffer or a scalar does not, and says so', async () => {
    const layout = layoutOf(256, 20);
    const spec = noiseRace(
      layout,
      [1, 1, 1].map((scale) => rowSpec(fragileProgram, { scale }, STEPS)),
      STEPS,
    );
    const runner = await create(spec);
    const huge = precision === 'float64' ? 1e200 : 1e30;
    for (let t = 0; t < STEPS; t += 1) {
      const g = gradients(spec, t);
      // Its square overflows the slot of row 0; that of the loss the scalar of row 2.
      if (t === 2) g[3] = huge;
      runner.step(g, Float64Array.of(1, 1, t === 3 ? huge : 1));
    }
    const statuses = await runner.status();
    expect(statuses.map(({ divergedAt, cause }) => [divergedAt, cause])).toEqual([
      [2, 'state'],
      [null, null],
      [3, 'state'],
    ]);
    expect((await runner.state()).params.every(Number.isFinite)).toBe(true);
    runner.dispose();
  });

  it('ends a row for which the method has no step, and leaves its parameters', async () => {
    const layout = layoutOf(1, 20);
    const spec = noiseRace(
      layout,
      [1, 1].map((scale) => rowSpec(fragileProgram, { scale }, STEPS)),
      STEPS,
    );
    const runner = await create(spec);
    run(runner, spec, 0, 3);
    const before = rowBits(await runner.state(), layout);
    const g = gradients(spec, 3);
    g.fill(0, layout.n);
    runner.step(g, Float64Array.of(1, 1));
    const after = rowBits(await runner.state(), layout);
    expect((await runner.status())[1]).toEqual({ isActive: false, divergedAt: 3, cause: 'method', k: 3 });
    expect((await runner.status())[0]).toMatchObject({ divergedAt: null, cause: null });
    expect(after[1]).toEqual(before[1]);
    expect(after[0]).not.toEqual(before[0]);
    runner.dispose();
  });

  it('gives the same bits twice, and alone as in company', async () => {
    const layout = layoutOf(1, 33, 4);
    const rows = [
      rowSpec(dogProgram('run'), DOG, STEPS),
      rowSpec(polyakProgram, POLYAK, STEPS),
      rowSpec(dogProgram('run'), { ...DOG, lr: 2 }, STEPS),
    ];
    const spec = noiseRace(layout, rows, STEPS);
    const [first, second] = [await create(spec), await create(spec)];
    run(first, spec);
    run(second, spec);
    const bits = rowBits(await first.state(), layout);
    expect(rowBits(await second.state(), layout)).toEqual(bits);
    for (const member of [0, 1, 2]) {
      const alone = await create(onlyRows(spec, [member]));
      for (let t = 0; t < STEPS; t += 1) {
        alone.step(gradients(spec, t).slice(member * layout.n, (member + 1) * layout.n), objectives(spec, t).slice(member, member + 1));
      }
      expect(rowBits(await alone.state(), layout)[0]).toEqual(bits[member]);
      alone.dispose();
    }
    first.dispose();
    second.dispose();
  });

  it('reports loss, measured step, distance from the start and scalars of every step once', async () => {
    const layout = layoutOf(1, 3);
    const spec = noiseRace(layout, [rowSpec(dogProgram('run'), DOG, STEPS), rowSpec(polyakProgram, POLYAK, STEPS)], STEPS);
    const runner = await create(spec);
    run(runner, spec, 0, 2);
    const first = await runner.samples();
    expect([first.firstStep, first.count, first.width]).toEqual([0, 2, RUNNER_COLUMNS.length + 3]);
    const before = (await runner.state()).params;
    run(runner, spec, 2, 3);
    const second = await runner.samples();
    expect([second.firstStep, second.count]).toEqual([2, 1]);
    expect(await runner.samples()).toMatchObject({ firstStep: 3, count: 0 });
    const { params, rows } = await runner.state();
    for (const row of [0, 1]) {
      const part = (values: ArrayLike<number>) => [0, 1, 2].map((i) => values[row * 3 + i] ?? 0);
      const moved = part(params).map((value, i) => value - (part(spec.x0)[i] ?? 0));
      const step = part(params).map((value, i) => value - (part(before)[i] ?? 0));
      const norm = (v: readonly number[]) => Math.sqrt(v.reduce((sum, value) => sum + value ** 2, 0));
      const sample = Array.from(second.data.slice(row * second.width, (row + 1) * second.width));
      const expected = [objectives(spec, 2)[row] ?? 0, norm(step) / Math.sqrt(3), Math.max(...moved.map(Math.abs)), norm(moved)];
      // The differences of float32 parameters are themselves rounded.
      expect(worstDifference(sample.slice(0, 4), expected).relative).toBeLessThan(1e-6);
      expect(sample.slice(4)).toEqual(Object.values(rows[row]?.scalars ?? {}).flat());
    }
    runner.dispose();
  });

  it('continues from a state as if it had never stopped', async () => {
    const layout = layoutOf(1, 12);
    const spec = noiseRace(layout, [rowSpec(dogProgram('run'), DOG, STEPS), rowSpec(polyakProgram, POLYAK, STEPS)], STEPS);
    const [straight, stopped, resumed] = [await create(spec), await create(spec), await create(spec)];
    run(straight, spec);
    run(stopped, spec, 0, 3);
    resumed.restore(await stopped.state());
    run(resumed, spec, 3);
    expect(rowBits(await resumed.state(), layout)).toEqual(rowBits(await straight.state(), layout));
    for (const runner of [straight, stopped, resumed]) runner.dispose();
  });

  it('evaluates at the point the program names, else at the parameters', async () => {
    const averaging: StepProgram = defineProgram({
      id: 'averaging',
      rowHyper: ['lr'],
      blockHyper: [],
      slots: { avg: 'params' },
      scalars: {},
      segments: 'run',
      step({ x, g, L, slots }) {
        const next = x.sub(g.mul(L));
        return { x: next, slots: { avg: slots.avg.add(next).mul(0.5) }, scalars: {} };
      },
      evalPoint: ({ slots }) => slots.avg,
      fused: { wgsl: '', sums: 0, apply: 'averagingApply' },
    });
    const layout = layoutOf(1, 4);
    const spec = noiseRace(layout, [rowSpec(averaging, { lr: 0.1 }, STEPS), rowSpec(dogProgram('run'), DOG, STEPS)], STEPS);
    const runner = await create(spec);
    run(runner, spec);
    const { params, rows } = await runner.state();
    expect(Array.from(await runner.evalParams())).toEqual([...(rows[0]?.slots.avg ?? []), ...params.slice(4)]);
    runner.dispose();
  });

  it('refuses batches and steps that do not fit, and says why', async () => {
    const layout = layoutOf(1, 4);
    const row = rowSpec(dogProgram('run'), DOG, 2);
    await expect(async () => create({ layout, rows: [], x0: new Float64Array(0), totalSteps: 2 })).rejects.toThrow(
      'A batch needs at least one row.',
    );
    await expect(async () => create({ layout, rows: [row], x0: new Float64Array(3), totalSteps: 2 })).rejects.toThrow(
      'x0 must hold 1 rows of 4 values, got 3 values.',
    );
    await expect(async () => create(noiseRace(layout, [row], 3))).rejects.toThrow('the schedule has 2 entries, the race 3 steps');
    await expect(async () => create(noiseRace(layout, [rowSpec(dogProgram('run'), { lr: 1, repsRel: 1 }, 2)], 2))).rejects.toThrow(
      /hyperparameter "eps" must be a number/,
    );
    await expect(async () => create(noiseRace(layout, [rowSpec(polyakProgram, { lr: 1, lowerBound: 0, every: 1 }, 2)], 2))).rejects.toThrow(
      /option "keepsNorms" is missing/,
    );
    const spec = noiseRace(layout, [row], 2);
    const runner = await create(spec);
    run(runner, spec);
    expect(() => run(runner, spec, 0, 1)).toThrow('All 2 steps of this batch have been made.');
    runner.dispose();
  });
});

describe('ops', () => {
  it('holds as many tensors after 1,000 steps as after 100, and none once disposed', async () => {
    await tf.setBackend('cpu');
    const before = tf.memory().numTensors;
    const steps = 1000;
    const spec = noiseRace(layoutOf(256, 4, 3), [rowSpec(dogProgram('tensor'), DOG, steps), rowSpec(polyakProgram, POLYAK, steps)], steps);
    const runner = opsRunner(spec);
    const [g, f] = [gradients(spec, 0), objectives(spec, 2)];
    for (let t = 0; t < 100; t += 1) runner.step(g, f);
    await runner.samples();
    const early = tf.memory();
    for (let t = 100; t < steps; t += 1) runner.step(g, f);
    await runner.samples();
    expect([tf.memory().numTensors, tf.memory().numBytes]).toEqual([early.numTensors, early.numBytes]);
    runner.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('planBlocks', () => {
  it('joins consecutive rows that share code and splits where options or list lengths differ', () => {
    const of = (program: StepProgram, hyper: Readonly<Record<string, number | boolean>>) => rowSpec(program, hyper, 1);
    const dog = dogProgram('run');
    const blocks = planBlocks([
      of(dog, DOG),
      of(dog, { ...DOG, lr: 9 }),
      of(polyakProgram, POLYAK),
      of(polyakProgram, { ...POLYAK, every: 2 }),
      of(dog, DOG),
    ]);
    expect(blocks.map(({ program, firstRow, rows }) => [program.id, firstRow, rows.length])).toEqual([
      ['dog-run', 0, 2],
      ['polyak', 2, 1],
      ['polyak', 3, 1],
      ['dog-run', 4, 1],
    ]);
    expect(blocks[1]?.option).toEqual({ keepsNorms: true, every: 3 });
  });
});
