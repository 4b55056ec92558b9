import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RowState } from '../optimizer-runner.ts';
import type { HyperValues, StepProgram } from '../step-program.ts';
import { readBack } from './read-back.ts';
import { StepRunner } from './step-runner.ts';
import { averagedProgram, dogProgram, fragileProgram, polyakProgram } from './testing/fixtures.ts';
import { HostFedRunner, testDevice } from './testing/fused-harness.ts';
import { flatLayout, noiseRace, noiseRows, rowSpec } from './testing/races.ts';

let device: GPUDevice;
let errors: readonly string[];

beforeAll(async () => {
  ({ device, errors } = await testDevice());
});
afterEach(() => {
  expect(errors, 'uncaptured device errors').toEqual([]);
});

const layout = flatLayout(65, 7, 300);
const polyakHyper = { lr: 0.3, lowerBound: 0.25, keepsNorms: true, every: 3 };
const programs: readonly { readonly id: string; readonly program: StepProgram; readonly hyper: HyperValues }[] = [
  { id: 'a start that is kept, and sums', program: dogProgram('run'), hyper: { lr: 0.5, repsRel: 0.01, eps: 1e-8 } },
  { id: 'scalars per tensor', program: dogProgram('tensor'), hyper: { lr: 0.5, repsRel: 0.01, eps: 1e-8 } },
  { id: 'a loss, tables, skipped steps and a constant slot', program: polyakProgram, hyper: polyakHyper },
  { id: 'an evaluation point', program: averagedProgram, hyper: { lr: 0.1 } },
];

/** Below polyak's lower bound at every third step, which is then skipped. */
const objectiveAt = (step: number) => (step % 3 === 2 ? 0.1 : 1 / (1 + step));

function started(program: StepProgram, hyper: HyperValues, x0: Float32Array<ArrayBuffer>, shape = layout): StepRunner {
  const runner = new StepRunner(device, { program, hyper }, shape);
  device.queue.writeBuffer(runner.params, 0, x0);
  submit((encoder) => runner.encodeStart(encoder));
  return runner;
}

function submit(encode: (encoder: GPUCommandEncoder) => void): void {
  const encoder = device.createCommandEncoder();
  encode(encoder);
  device.queue.submit([encoder.finish()]);
}

function step(runner: StepRunner, grads: ArrayLike<number>, objective: number, lr: number, mult: number): void {
  device.queue.writeBuffer(runner.grads, 0, Float32Array.from(grads));
  device.queue.writeBuffer(runner.objective, 0, Float32Array.of(objective));
  submit((encoder) => runner.encodeStep(encoder, { L: lr * mult, mult }));
}

async function values(buffer: GPUBuffer): Promise<readonly number[]> {
  return Array.from(new Float32Array(await readBack(device, buffer)));
}

describe.each(programs)('steps without a horizon, with $id', ({ program, hyper }) => {
  const lr = Number(hyper.lr);

  it('have the bits of a race', async () => {
    const steps = 7;
    const spec = noiseRace(layout, [rowSpec(program, hyper, steps)], steps);
    const race = await HostFedRunner.create(device, spec);
    const runner = started(program, hyper, Float32Array.from(spec.x0));
    const mult = spec.rows[0]?.mult ?? [];
    for (let t = 0; t < steps; t += 1) {
      const grads = noiseRows(layout, [0], t + 1);
      race.step(grads, [objectiveAt(t)]);
      step(runner, grads, objectiveAt(t), lr, mult[t] as number);
    }
    const expected = await race.runner.state();
    expect(await values(runner.params)).toEqual(Array.from(expected.params));
    expect(await runner.state()).toEqual(expected.rows[0]);
    expect(await runner.status()).toMatchObject({ ...(await race.runner.status())[0], isActive: true });
    submit((encoder) => runner.encodeEvalPoint(encoder));
    expect(await values(runner.evalParams)).toEqual(Array.from(await race.runner.readEvalPoints()));
    await runner.verdict;
    race.dispose();
    runner.dispose();
  });

  it('continue from a state as if they had never stopped', async () => {
    const x0 = Float32Array.from(noiseRows(layout, [0], 0));
    const through = started(program, hyper, x0);
    const advance = (runner: StepRunner, from: number, to: number) => {
      for (let t = from; t < to; t += 1) step(runner, noiseRows(layout, [0], t + 1), objectiveAt(t), lr, 1 / (1 + t));
    };
    advance(through, 0, 4);
    const middle: RowState = await through.state();
    const resumed = started(program, hyper, Float32Array.from(await values(through.params)));
    resumed.restore(middle);
    advance(through, 4, 8);
    advance(resumed, 4, 8);
    expect(await values(resumed.params)).toEqual(await values(through.params));
    expect(await resumed.state()).toEqual(await through.state());
    through.dispose();
    resumed.dispose();
  });
});

it('go on after the steps that tables were computed for at first', async () => {
  const steps = 1100;
  const small = flatLayout(5);
  const spec = noiseRace(small, [rowSpec(polyakProgram, polyakHyper, steps)], steps);
  const race = await HostFedRunner.create(device, spec, { observeEvery: steps, sampleCapacity: steps });
  const runner = started(polyakProgram, polyakHyper, Float32Array.from(spec.x0), small);
  const bytes = runner.bytes;
  const grads = noiseRows(small, [0], 1);
  for (let t = 0; t < steps; t += 1) {
    race.step(grads, [objectiveAt(t) + 1]);
    step(runner, grads, objectiveAt(t) + 1, polyakHyper.lr, spec.rows[0]?.mult[t] as number);
  }
  const expected = await race.runner.state();
  expect(await values(runner.params)).toEqual(Array.from(expected.params));
  expect(await runner.state()).toEqual(expected.rows[0]);
  expect(runner.bytes).toBeGreaterThan(bytes);
  race.dispose();
  runner.dispose();
});

describe('what goes wrong', () => {
  it('is told: a step that does not exist leaves everything as it was', async () => {
    const runner = started(fragileProgram, { scale: 0.1 }, Float32Array.from(noiseRows(layout, [0], 0)));
    step(runner, noiseRows(layout, [0], 1), 1, 1, 1);
    const before = await values(runner.params);
    step(runner, new Float32Array(layout.n), 1, 1, 1);
    step(runner, noiseRows(layout, [0], 2), 1, 1, 1);
    expect(await runner.status()).toMatchObject({ isActive: false, divergedAt: 1, cause: 'method', k: 1 });
    expect(await values(runner.params)).toEqual(before);
    runner.restore(await runner.state());
    step(runner, noiseRows(layout, [0], 2), 1, 1, 1);
    expect(await runner.status()).toMatchObject({ isActive: true, divergedAt: null, cause: null, k: 2 });
    runner.dispose();
  });

  it('is told: a shader that does not compile, with its text, and no uncaptured error', async () => {
    const broken: StepProgram = { ...polyakProgram, id: 'broken', fused: { ...polyakProgram.fused, wgsl: 'fn polyakGather() {' } };
    const runner = new StepRunner(device, { program: broken, hyper: polyakHyper }, layout);
    await expect(runner.verdict).rejects.toThrow(/Shader "broken" does not compile[\s\S]*fn polyakGather/);
    runner.dispose();
  });

  it('is told before anything is made: a state too large for the device', () => {
    expect(StepRunner.obstacle(device, { program: polyakProgram, hyper: polyakHyper }, layout)).toBeNull();
    const huge = { ...layout, n: 2 ** 32, tensors: [] };
    expect(StepRunner.obstacle(device, { program: polyakProgram, hyper: polyakHyper }, huge)).toMatch(/would take \d+ bytes/);
  });
});
