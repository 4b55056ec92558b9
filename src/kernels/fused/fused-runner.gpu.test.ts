import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ParamLayout } from '../layout.ts';
import { planLayout } from '../layout.ts';
import { type DivergenceCause, RUNNER_COLUMNS, type RunnerSpec } from '../optimizer-runner.ts';
import { ReferenceRunner } from '../reference-runner.ts';
import { FusedRunner, type StepBuffers } from './fused-runner.ts';
import { readBack } from './read-back.ts';
import { planSpans } from './spans.ts';
import { averagedProgram, dogProgram, fragileProgram, polyakProgram } from './testing/fixtures.ts';
import { HostFedRunner, testDevice } from './testing/fused-harness.ts';
import { flatLayout, noiseRace, noiseRows, onlyRows, rowBits, rowSpec, worstDifference } from './testing/races.ts';

let device: GPUDevice;
let errors: readonly string[];

beforeAll(async () => {
  ({ device, errors } = await testDevice());
});
afterEach(() => {
  expect(errors, 'uncaptured device errors').toEqual([]);
});

/** A few float32 roundings of the largest parameter; sums of up to 70,001 terms in two stages stay below it as well. */
const PARAMS = 1e-6;
const SCALARS = 1e-5;

const dogHyper = { lr: 0.5, repsRel: 0.01, eps: 1e-8 };
const polyakHyper = { lr: 0.3, lowerBound: 0.25, keepsNorms: true, every: 3 };

/** Steps a race on the device and in float64 with the same gradients, and compares everything both report. */
async function expectLikeReference(spec: RunnerSpec, seeds: readonly number[], objectives: (step: number) => readonly number[]) {
  const reference = new ReferenceRunner(spec);
  const fused = await HostFedRunner.create(device, spec);
  try {
    for (let step = 0; step < spec.totalSteps; step += 1) {
      const grads = noiseRows(spec.layout, seeds, step + 1);
      const objective = Float64Array.from(objectives(step), Math.fround);
      reference.step(grads, objective);
      fused.step(grads, objective);
    }
    const expected = reference.state();
    const actual = await fused.runner.state();
    const params = worstDifference(actual.params, expected.params);
    expect(params.relative, `params ${JSON.stringify(params)}`).toBeLessThan(PARAMS);
    actual.rows.forEach(({ k, slots, scalars }, row) => {
      expect(k, `k of row ${row}`).toBe(expected.rows[row]?.k);
      for (const [name, values] of Object.entries(slots)) {
        const slot = worstDifference(values, expected.rows[row]?.slots[name] ?? []);
        expect(slot.relative, `row ${row} slot ${name} ${JSON.stringify(slot)}`).toBeLessThan(SCALARS);
      }
      for (const [name, values] of Object.entries(scalars)) {
        const scalar = worstDifference(values, expected.rows[row]?.scalars[name] ?? []);
        expect(scalar.relative, `row ${row} scalar ${name} ${JSON.stringify(scalar)}`).toBeLessThan(SCALARS);
      }
    });
    const points = worstDifference(await fused.runner.readEvalPoints(), reference.evalParams);
    expect(points.relative, `evaluation points ${JSON.stringify(points)}`).toBeLessThan(PARAMS);
    const samples = await fused.runner.readSamples();
    const expectedSamples = reference.samples();
    expect({ ...samples, data: null }).toEqual({ ...expectedSamples, data: null });
    const { width } = samples;
    for (let at = 0; at < samples.data.length; at += width) {
      const row = Array.from(samples.data.subarray(at, at + width));
      const expectedRow = Array.from(expectedSamples.data.subarray(at, at + width));
      row.forEach((value, column) => {
        const wanted = expectedRow[column] as number;
        // Displacements are differences of float32 parameters, so they carry the rounding of those.
        const allowed = SCALARS * Math.abs(wanted) + (column < RUNNER_COLUMNS.length ? PARAMS : 0);
        if (!Number.isFinite(wanted)) expect(value, `sample ${at / width} column ${column}`).toBe(wanted);
        else expect(Math.abs(value - wanted), `sample ${at / width} column ${column}: ${value} for ${wanted}`).toBeLessThanOrEqual(allowed);
      });
    }
  } finally {
    fused.dispose();
  }
}

describe('steps equal the float64 reference', () => {
  const sizes = [1, 63, 64, 65, 1000, 70_001];
  const counts = [1, 2, 7, 16];
  it.each(sizes.flatMap((size) => counts.map((rows) => ({ size, rows }))))('$size parameters, $rows rows', async ({ size, rows }) => {
    const layout = flatLayout(size);
    const seeds = Array.from({ length: rows }, (_, row) => row);
    const specs = seeds.map((row) => rowSpec(dogProgram('run'), { ...dogHyper, lr: 0.5 + row / 8 }, 2));
    await expectLikeReference(noiseRace(layout, specs, 2), seeds, () => seeds.map(() => 1));
  });

  it('with one set of scalars per tensor', async () => {
    const layout = flatLayout(300, 1, 256, 1000);
    const seeds = [3, 4];
    const specs = seeds.map(() => rowSpec(dogProgram('tensor'), dogHyper, 4));
    await expectLikeReference(noiseRace(layout, specs, 4, seeds), seeds, () => [1, 1]);
  });

  it('with spans of several groups, whose last one is shorter', async () => {
    const layout = flatLayout(600_000, 300, 5);
    expect(planSpans(layout).some(({ groups }) => groups > 1)).toBe(true);
    for (const segments of ['run', 'tensor'] as const) {
      await expectLikeReference(noiseRace(layout, [rowSpec(dogProgram(segments), dogHyper, 2)], 2), [0], () => [1]);
    }
  });

  it('with a program that reads the loss, skips steps and keeps a list of scalars', async () => {
    const layout = flatLayout(65, 7, 300);
    const seeds = [1, 2, 3];
    const specs = seeds.map((_, row) => rowSpec(polyakProgram, { ...polyakHyper, lr: 0.1 + row }, 6));
    // Row 1 is below its bound at steps 1 and 2, row 2 from the start.
    await expectLikeReference(noiseRace(layout, specs, 6, seeds), seeds, (step) => [2 + step, step === 1 || step === 2 ? 0.2 : 1, 0.1]);
  });

  it('with scalars but no sums', async () => {
    const layout = flatLayout(70);
    const specs = [rowSpec(averagedProgram, { lr: 0.1 }, 3), rowSpec(averagedProgram, { lr: 1 }, 3)];
    await expectLikeReference(noiseRace(layout, specs, 3), [0, 1], () => [1, 1]);
  });

  it('with blocks of different programs, options and numbers of scalars in one race', async () => {
    const layout = flatLayout(100, 300);
    const programs = [
      rowSpec(dogProgram('tensor'), dogHyper, 5),
      rowSpec(polyakProgram, polyakHyper, 5),
      rowSpec(polyakProgram, { ...polyakHyper, keepsNorms: false, every: 1 }, 5, 3),
      rowSpec(averagedProgram, { lr: 0.2 }, 5),
      rowSpec(dogProgram('run'), dogHyper, 5, 0),
    ];
    const seeds = [5, 6, 7, 8, 9];
    await expectLikeReference(noiseRace(layout, programs, 5, seeds), seeds, (step) => [
      1,
      step === 2 ? 0 : 2,
      2,
      Number.POSITIVE_INFINITY,
      1,
    ]);
  });
});

/** Two rows of each kind, and what is thrown at the rows 1 and 3. */
function mixedRace(layout: ParamLayout, steps: number): RunnerSpec {
  const specs = [
    rowSpec(dogProgram('run'), dogHyper, steps),
    rowSpec(dogProgram('run'), { ...dogHyper, lr: 2 }, steps),
    rowSpec(averagedProgram, { lr: 0.1 }, steps),
    rowSpec(averagedProgram, { lr: 4 }, steps),
    rowSpec(polyakProgram, polyakHyper, steps, 3),
    rowSpec(polyakProgram, { ...polyakHyper, lr: 1 }, steps),
  ];
  return noiseRace(layout, specs, steps);
}

type Spoil = (grads: Float64Array, objective: Float64Array, step: number) => void;

/** Steps the given rows of a race and returns all their bits, evaluation points included; `spoil` sees gradients (R, n) and objectives (R) of the whole race. */
async function finalState(spec: RunnerSpec, members: readonly number[], steps: number, spoil: Spoil = () => {}) {
  const { layout } = spec;
  const fused = await HostFedRunner.create(device, onlyRows(spec, members));
  try {
    for (let step = 0; step < steps; step += 1) {
      const seeds = spec.rows.map((_, row) => row);
      const grads = noiseRows(layout, seeds, step + 1);
      const objective = new Float64Array(spec.rows.length).fill(1 + step);
      spoil(grads, objective, step);
      const own = new Float64Array(members.length * layout.n);
      members.forEach((row, index) => {
        own.set(grads.subarray(row * layout.n, (row + 1) * layout.n), index * layout.n);
      });
      fused.step(
        own,
        Float64Array.from(members, (row) => objective[row] as number),
      );
    }
    const points = await fused.runner.readEvalPoints();
    const bits = rowBits(await fused.runner.state(), layout).map((own, row) => [
      ...own,
      ...points.subarray(row * layout.n, (row + 1) * layout.n),
    ]);
    return { bits, status: await fused.runner.status() };
  } finally {
    fused.dispose();
  }
}

describe('rows do not influence each other', () => {
  const layout = flatLayout(600, 33);
  const spec = mixedRace(layout, 5);
  const all = spec.rows.map((_, row) => row);

  it('gives the same bits twice, alone, in company and in another order', async () => {
    const together = await finalState(spec, all, 5);
    expect((await finalState(spec, all, 5)).bits).toEqual(together.bits);
    const backwards = await finalState(spec, [...all].reverse(), 5);
    for (const row of all) {
      expect(backwards.bits[all.length - 1 - row], `row ${row} in another order`).toEqual(together.bits[row]);
      expect((await finalState(spec, [row], 5)).bits[0], `row ${row} alone`).toEqual(together.bits[row]);
    }
  });

  it.each<[string, number, Spoil, { divergedAt: number; cause: DivergenceCause; k: number }]>([
    [
      'an objective that is NaN',
      1,
      (_grads, objective, step) => {
        if (step === 2) objective[1] = Number.NaN;
      },
      { divergedAt: 2, cause: 'loss', k: 2 },
    ],
    [
      'an objective that is infinite',
      3,
      (_grads, objective, step) => {
        if (step === 1) objective[3] = Number.NEGATIVE_INFINITY;
      },
      { divergedAt: 1, cause: 'loss', k: 1 },
    ],
    [
      'one gradient entry that is NaN under a finite objective',
      3,
      (grads, _objective, step) => {
        if (step === 2) grads[3 * layout.n + 601] = Number.NaN;
        if (step === 2) grads[3 * layout.n + 5] = Number.NaN;
      },
      { divergedAt: 2, cause: 'parameters', k: 3 },
    ],
    [
      'a step that overflows',
      3,
      (grads, _objective, step) => {
        if (step === 2) grads[3 * layout.n + 7] = 3e38;
      },
      { divergedAt: 2, cause: 'parameters', k: 3 },
    ],
  ])('%s ends its own row and leaves every bit of the others', async (_name, row, spoil, { divergedAt, cause, k }) => {
    const sound = await finalState(spec, all, 5);
    const spoiled = await finalState(spec, all, 5, spoil);
    expect(spoiled.status[row]).toEqual({ isActive: false, divergedAt, cause, k });
    for (const other of all.filter((index) => index !== row)) {
      expect(spoiled.bits[other], `row ${other}`).toEqual(sound.bits[other]);
      expect(spoiled.status[other]?.divergedAt).toBeNull();
    }
    // Frozen as it was at that step: nothing later touched it.
    const frozen = await finalState(spec, all, divergedAt + 1, spoil);
    expect(spoiled.bits[row]).toEqual(frozen.bits[row]);
    if (k === divergedAt) expect((await finalState(spec, all, divergedAt)).bits[row]).toEqual(frozen.bits[row]);
  });

  it('does not look at the padding of the gradient', async () => {
    const sound = await finalState(spec, all, 5);
    const dirty = await finalState(spec, all, 5, (grads) => {
      for (const row of all) {
        for (const { offset, size, paddedSize } of layout.tensors) {
          grads.fill(Number.NaN, row * layout.n + offset + size, row * layout.n + offset + paddedSize);
        }
      }
    });
    expect(dirty).toEqual(sound);
  });

  it('freezes a row at its horizon, bit for bit', async () => {
    const atHorizon = await finalState(spec, all, 3);
    const later = await finalState(spec, all, 5);
    expect(later.bits[4]).toEqual(atHorizon.bits[4]);
    expect(later.bits[5]).not.toEqual(atHorizon.bits[5]);
    expect(later.status[4]).toEqual({ isActive: false, divergedAt: null, cause: null, k: 3 });
  });
});

describe('encoding', () => {
  const steps = 7;
  const layout = flatLayout(300, 65);
  const rows = [rowSpec(dogProgram('run'), dogHyper, steps), rowSpec(averagedProgram, { lr: 0.1 }, steps)];
  const spec = noiseRace(layout, rows, steps);

  /** Two gradients in turn, on the device. */
  function deviceInputs(): readonly StepBuffers[] {
    const upload = (values: ArrayLike<number>) => {
      const buffer = device.createBuffer({ size: values.length * 4, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
      device.queue.writeBuffer(buffer, 0, Float32Array.from(values));
      return buffer;
    };
    const objective = upload([1, 1]);
    return [1, 2].map((stream) => ({ grads: upload(noiseRows(layout, [0, 1], stream)), objective, loss: objective }));
  }

  it('gives the same bits for steps in one pass as for steps submitted one by one', async () => {
    const inputs = deviceInputs();
    const each = await FusedRunner.create(device, spec, { observeEvery: 3 });
    for (let step = 0; step < steps; step += 1) each.step(inputs[step % 2] as StepBuffers);
    const together = await FusedRunner.create(device, spec, { observeEvery: 3 });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let step = 0; step < steps; step += 1) together.encodePass(pass, inputs[step % 2] as StepBuffers);
    pass.end();
    device.queue.submit([encoder.finish()]);
    expect(rowBits(await together.state(), layout)).toEqual(rowBits(await each.state(), layout));
    expect((await together.readSamples()).data).toEqual((await each.readSamples()).data);
    each.dispose();
    together.dispose();
  });

  it('dispatches as often as it says', async () => {
    const runner = await FusedRunner.create(device, spec, { observeEvery: 3 });
    const dispatched = vi.spyOn(GPUComputePassEncoder.prototype, 'dispatchWorkgroups');
    const counts = Array.from({ length: steps }, () => {
      dispatched.mockClear();
      runner.step(deviceInputs()[0] as StepBuffers);
      return dispatched.mock.calls.length;
    });
    dispatched.mockRestore();
    // gather, decide, apply; decide, apply; finish; and observe at steps 0, 3 and 6.
    expect(counts).toEqual([7, 6, 6, 7, 6, 6, 7]);
    expect(runner.dispatchesPerStep).toEqual({ plain: 6, observed: 7 });
    runner.dispose();
  });

  it('leaves the encoder usable when it refuses a step', async () => {
    const runner = await FusedRunner.create(device, spec, { observeEvery: 1, sampleCapacity: 1 });
    const [inputs] = deviceInputs() as [StepBuffers];
    const encoder = device.createCommandEncoder();
    runner.encode(encoder, inputs);
    expect(() => runner.encode(encoder, inputs)).toThrow('call readSamples() before the next step');
    device.queue.submit([encoder.finish()]);
    expect((await runner.state()).rows.map(({ k }) => k)).toEqual([1, 1]);
    runner.dispose();
  });
});

describe('evaluation points', () => {
  const steps = 3;
  const layout = flatLayout(300, 65);

  it('are the parameters themselves, without memory or work, where no program has one', async () => {
    const spec = noiseRace(layout, [rowSpec(dogProgram('run'), dogHyper, steps)], steps);
    const fused = await HostFedRunner.create(device, spec);
    expect(fused.runner.evalParams).toBe(fused.runner.params);
    const encoder = device.createCommandEncoder();
    const began = vi.spyOn(encoder, 'beginComputePass');
    const copied = vi.spyOn(encoder, 'copyBufferToBuffer');
    fused.runner.encodeEvalPoints(encoder);
    fused.runner.encodeEvalAtParams(encoder);
    expect([began, copied].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
    fused.step(noiseRows(layout, [0], 1), [1]);
    expect(await fused.runner.readEvalPoints()).toEqual((await fused.runner.state()).params);
    fused.dispose();
  });

  it('are left alone by steps, and follow those encoded before them; the parameters take their place on demand', async () => {
    const rows = [rowSpec(dogProgram('run'), dogHyper, steps), rowSpec(averagedProgram, { lr: 0.1 }, steps)];
    const spec = noiseRace(layout, rows, steps);
    const reference = new ReferenceRunner(spec);
    const fused = await HostFedRunner.create(device, spec);
    const grads = noiseRows(layout, [0, 1], 1);
    const compare = async (expected: Float64Array) => {
      const actual = new Float32Array(await readBack(device, fused.runner.evalParams));
      const difference = worstDifference(actual, expected);
      expect(difference.relative, JSON.stringify(difference)).toBeLessThan(PARAMS);
    };
    const encode = (what: 'encodeEvalPoints' | 'encodeEvalAtParams') => {
      const encoder = device.createCommandEncoder();
      fused.runner[what](encoder);
      device.queue.submit([encoder.finish()]);
    };
    encode('encodeEvalPoints');
    const atStart = reference.evalParams;
    await compare(atStart);
    for (const objective of [1, 2]) {
      fused.step(grads, [objective, objective]);
      reference.step(grads, Float64Array.of(objective, objective));
    }
    await compare(atStart);
    encode('encodeEvalPoints');
    await compare(reference.evalParams);
    encode('encodeEvalAtParams');
    await compare(reference.params);
    fused.dispose();
  });
});

describe('samples', () => {
  const layout = flatLayout(300);
  const race = (steps: number) => noiseRace(layout, [rowSpec(dogProgram('run'), dogHyper, steps)], steps);
  const grads = noiseRows(layout, [0], 1);

  it('survive late reading, in step order, around the end of the ring', async () => {
    const steps = 11;
    const spec = race(steps);
    const all = await HostFedRunner.create(device, spec, { observeEvery: 4 });
    for (let step = 0; step < steps; step += 1) all.step(grads, [step]);
    const { data, width } = await all.runner.readSamples();
    const few = await HostFedRunner.create(device, spec, { observeEvery: 4, sampleCapacity: 4 });
    expect(few.runner.sampleCapacity).toBe(4);
    let next = 0;
    for (const count of [3, 4, 1, 3]) {
      for (let step = 0; step < count; step += 1) few.step(grads, [next + step]);
      expect(few.runner.samplesPending).toBe(count);
      const samples = await few.runner.readSamples();
      expect(samples).toMatchObject({ firstStep: next, count, width });
      expect(samples.data).toEqual(data.slice(next * width, (next + count) * width));
      next += count;
    }
    expect(Array.from({ length: steps }, (_, step) => data[step * width])).toEqual(Array.from({ length: steps }, (_, step) => step));
    // Observed at 0, 4, 8 and at the last step.
    const observed = Array.from({ length: steps }, (_, step) => !Number.isNaN(data[step * width + RUNNER_COLUMNS.indexOf('moved2')]));
    expect(observed.flatMap((isObserved, step) => (isObserved ? [step] : []))).toEqual([0, 4, 8, 10]);
    all.dispose();
    few.dispose();
  });

  it('are never overwritten before they are read', async () => {
    const fused = await HostFedRunner.create(device, race(5), { observeEvery: 1, sampleCapacity: 2 });
    fused.step(grads, [1]);
    fused.step(grads, [2]);
    expect(() => fused.step(grads, [3])).toThrow('2 samples wait on the device, which holds 2: call readSamples()');
    const reading = fused.runner.readSamples();
    fused.step(grads, [3]);
    const second = fused.runner.readSamples();
    expect((await reading).data[0]).toBe(1);
    expect((await second).data[0]).toBe(3);
    expect(await fused.runner.readSamples()).toMatchObject({ firstStep: 3, count: 0 });
    fused.dispose();
  });
});

describe('what ends a row besides its parameters', () => {
  const layout = flatLayout(300, 20);
  const steps = 4;

  /** Where three rows stand after a race in which `spoil` changed what row 1 was given. */
  async function statuses(spoil: (grads: Float64Array, objective: number[], step: number) => void) {
    const spec = noiseRace(
      layout,
      [0, 1, 2].map(() => rowSpec(fragileProgram, { scale: 1 }, steps)),
      steps,
    );
    const fused = await HostFedRunner.create(device, spec);
    for (let step = 0; step < steps; step += 1) {
      const grads = noiseRows(layout, [0, 1, 2], step + 1);
      const objective = [1, 1, 1];
      spoil(grads, objective, step);
      fused.step(grads, objective);
    }
    const { params } = await fused.runner.state();
    expect(params.every(Number.isFinite)).toBe(true);
    const found = await fused.runner.status();
    fused.dispose();
    expect([found[0]?.divergedAt, found[2]?.divergedAt]).toEqual([null, null]);
    return found[1];
  }

  it('is a slot that overflows', async () => {
    const status = await statuses((grads, _objective, step) => {
      if (step === 2) grads[layout.n + 299] = 1e30;
    });
    expect(status).toMatchObject({ isActive: false, divergedAt: 2, cause: 'state' });
  });

  it('is not a slot that is large everywhere', async () => {
    const status = await statuses((grads) => {
      // After four steps each entry is 1.6e37. Four of them are far from the largest float32, 3.4e38; a thread's forty are beyond it.
      grads.fill(2e18, layout.n, layout.n + 300);
    });
    expect(status).toEqual({ isActive: false, divergedAt: null, cause: null, k: 4 });
  });

  it('is a scalar that overflows', async () => {
    const status = await statuses((_grads, objective, step) => {
      if (step === 1) objective[1] = 1e30;
    });
    expect(status).toMatchObject({ isActive: false, divergedAt: 1, cause: 'state' });
  });

  it('is a step that the method does not have', async () => {
    const status = await statuses((grads, _objective, step) => {
      if (step === 2) grads.fill(0, layout.n, 2 * layout.n);
    });
    expect(status).toEqual({ isActive: false, divergedAt: 2, cause: 'method', k: 2 });
  });
});

describe('resources', () => {
  it('holds as many bytes as planned and takes none over 1,000 steps', async () => {
    const steps = 1000;
    const spec = noiseRace(
      flatLayout(10),
      [rowSpec(dogProgram('run'), dogHyper, steps), rowSpec(averagedProgram, { lr: 0.1 }, steps)],
      steps,
    );
    const fused = await HostFedRunner.create(device, spec, { observeEvery: 10 });
    expect(fused.runner.bytes).toBe(FusedRunner.plannedBytes(spec));
    const grads = noiseRows(spec.layout, [0, 1], 1);
    const created = vi.spyOn(device, 'createBuffer');
    const bound = vi.spyOn(device, 'createBindGroup');
    for (let step = 0; step < steps; step += 1) {
      fused.step(grads, [1, 1]);
      if (step % 100 === 99) await fused.runner.readSamples();
    }
    expect(created).not.toHaveBeenCalled();
    expect(bound).toHaveBeenCalledTimes(1);
    expect(fused.runner.bytes).toBe(FusedRunner.plannedBytes(spec));
    created.mockRestore();
    bound.mockRestore();
    fused.dispose();
  });

  it('destroys every buffer it made', async () => {
    const created = vi.spyOn(device, 'createBuffer');
    const destroyed = vi.spyOn(GPUBuffer.prototype, 'destroy');
    const fused = await FusedRunner.create(device, noiseRace(flatLayout(10), [rowSpec(averagedProgram, { lr: 0.1 }, 2)], 2), {
      observeEvery: 1,
    });
    fused.dispose();
    fused.dispose();
    expect(destroyed.mock.contexts).toEqual(expect.arrayContaining(created.mock.results.map(({ value }) => value)));
    expect(created.mock.results.length).toBeGreaterThan(5);
    created.mockRestore();
    destroyed.mockRestore();
    await expect(fused.readSamples()).rejects.toThrow('disposed');
  });

  it('compiles equal code once, whatever the race', async () => {
    const first = await FusedRunner.create(device, noiseRace(flatLayout(10), [rowSpec(dogProgram('run'), dogHyper, 2)], 2), {
      observeEvery: 1,
    });
    const compiled = vi.spyOn(device, 'createComputePipelineAsync');
    const rows = [rowSpec(dogProgram('run'), { ...dogHyper, lr: 3 }, 7), rowSpec(dogProgram('run'), dogHyper, 7)];
    const progress: [number, number][] = [];
    const second = await FusedRunner.create(device, noiseRace(flatLayout(500, 2), rows, 7), {
      observeEvery: 1,
      onProgress: (done, total) => progress.push([done, total]),
    });
    expect(compiled).not.toHaveBeenCalled();
    expect(progress).toEqual([
      [1, 2],
      [2, 2],
    ]);
    compiled.mockRestore();
    first.dispose();
    second.dispose();
  });

  it('compiles without warnings', async () => {
    const rows = [
      rowSpec(dogProgram('run'), dogHyper, 2),
      rowSpec(dogProgram('tensor'), dogHyper, 2),
      rowSpec(polyakProgram, polyakHyper, 2),
      rowSpec(averagedProgram, { lr: 1 }, 2),
    ];
    const runner = await FusedRunner.create(device, noiseRace(flatLayout(10), rows, 2), { observeEvery: 1 });
    expect(runner.warnings).toEqual([]);
    runner.dispose();
  });
});

describe('errors name what is wrong', () => {
  const layout = flatLayout(10);
  const create = (spec: RunnerSpec) => FusedRunner.create(device, spec, { observeEvery: 1 });
  const row = rowSpec(averagedProgram, { lr: 0.1 }, 2);

  it('refuses a packed layout', async () => {
    const packed = planLayout([{ name: 'w', shape: [10] }], 1);
    await expect(create({ layout: packed, rows: [row], x0: new Float32Array(10), totalSteps: 2 })).rejects.toThrow('align 256, got 1');
  });

  it('shows the text of a shader that does not compile, with line numbers', async () => {
    const program = { ...averagedProgram, fused: { ...averagedProgram.fused, wgsl: 'fn brokenApply() -> f32 { return missing; }' } };
    await expect(create(noiseRace(layout, [rowSpec(program, { lr: 1 }, 2)], 2))).rejects.toThrow(
      /Shader "averaged" does not compile:\n(.|\n)*missing(.|\n)* \d+ \| fn brokenApply\(\)/,
    );
  });

  it('refuses a buffer that the device cannot bind, naming it', async () => {
    const rows = Array.from({ length: 1000 }, () => row);
    const large = flatLayout(1_000_000);
    const spec = { layout: large, rows, x0: { length: rows.length * large.n } as Float32Array, totalSteps: 2 };
    await expect(create(spec)).rejects.toThrow(/"parameters" would take \d{10} bytes; this device allows \d+: use fewer runs/);
  });

  it('refuses inputs that are too small, and steps after the end', async () => {
    const fused = await HostFedRunner.create(device, noiseRace(layout, [row], 2));
    const small = device.createBuffer({ size: 16, usage: GPUBufferUsage.STORAGE });
    expect(() => fused.runner.step({ grads: small, objective: small, loss: small })).toThrow(
      'The grads buffer has 16 bytes; this race needs 1024.',
    );
    const grads = noiseRows(layout, [0], 1);
    fused.step(grads, [1]);
    fused.step(grads, [1]);
    expect(() => fused.step(grads, [1])).toThrow('The race is over: all 2 steps have been made.');
    small.destroy();
    fused.dispose();
  });
});
