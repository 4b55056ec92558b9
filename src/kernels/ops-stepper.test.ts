import { beforeAll, describe, expect, it } from 'vitest';
import { averagedProgram, dogProgram, fragileProgram, polyakProgram } from './fused/testing/fixtures.ts';
import { noiseRows, rampSchedule } from './fused/testing/races.ts';
import { planLayout } from './layout.ts';
import { OpsRunner } from './ops-runner.ts';
import { OpsStepper } from './ops-stepper.ts';
import type { HyperValues, StepProgram } from './step-program.ts';
import * as tf from './tf.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const layout = planLayout(
  [
    { name: 'w', shape: [3, 4] },
    { name: 'b', shape: [4] },
  ],
  1,
);
const programs: readonly { readonly id: string; readonly program: StepProgram; readonly hyper: HyperValues }[] = [
  { id: 'sums', program: dogProgram('run'), hyper: { lr: 0.5, repsRel: 0.01, eps: 1e-8 } },
  { id: 'scalars per tensor', program: dogProgram('tensor'), hyper: { lr: 0.5, repsRel: 0.01, eps: 1e-8 } },
  { id: 'a loss, tables and skips', program: polyakProgram, hyper: { lr: 0.3, lowerBound: 0.25, keepsNorms: true, every: 3 } },
  { id: 'an evaluation point', program: averagedProgram, hyper: { lr: 0.1 } },
];
/** Below polyak's lower bound at every third step, which is then skipped. */
const objectiveAt = (step: number) => (step % 3 === 2 ? 0.1 : 1 / (1 + step));

function vector(values: ArrayLike<number>): tf.Tensor {
  return tf.tensor2d(Float32Array.from(values), [1, layout.n]);
}

function stepped(stepper: OpsStepper, seed: number, objective: number, rates: { readonly L: number; readonly mult: number }): void {
  tf.tidy(() => stepper.step(vector(noiseRows(layout, [0], seed)), tf.tensor1d([objective]), rates));
}

describe.each(programs)('steps without a horizon, with $id', ({ program, hyper }) => {
  const lr = Number(hyper.lr);

  it('have the bits of a race, also beyond the tables that were computed at first', async () => {
    const steps = 80;
    const mult = rampSchedule(steps);
    const x0 = noiseRows(layout, [0], 0);
    const runner = new OpsRunner({ layout, rows: [{ program, hyper, mult, horizonSteps: steps }], x0, totalSteps: steps });
    const x0Tensor = vector(x0);
    const stepper = new OpsStepper({ program, hyper }, layout, x0Tensor);
    for (let t = 0; t < steps; t += 1) {
      const g = vector(noiseRows(layout, [0], t + 1));
      const objective = tf.tensor1d([objectiveAt(t % 3)]);
      runner.step(g, objective, objective);
      stepper.step(g, objective, { L: lr * (mult[t] as number), mult: mult[t] as number });
      tf.dispose([g, objective]);
    }
    const { params, rows } = await runner.state();
    expect(Array.from(await stepper.params.data())).toEqual(Array.from(params));
    expect(await stepper.state()).toEqual(rows[0]);
    const points = [runner.evalParams(), stepper.evalPoint()];
    const [expected, actual] = await Promise.all(points.map((point) => point.data()));
    expect(actual).toEqual(expected);
    runner.dispose();
    stepper.dispose();
    tf.dispose([...points, x0Tensor]);
  });

  it('continue from a state as if they had never stopped, and hold a constant number of tensors', async () => {
    const before = tf.memory().numTensors;
    const x0 = vector(noiseRows(layout, [0], 0));
    const through = new OpsStepper({ program, hyper }, layout, x0);
    const advance = (stepper: OpsStepper, from: number, to: number) => {
      for (let t = from; t < to; t += 1) stepped(stepper, t + 1, objectiveAt(t), { L: lr, mult: 1 });
    };
    advance(through, 0, 4);
    const resumed = new OpsStepper({ program, hyper }, layout, through.params);
    resumed.restore(await through.state());
    advance(resumed, 4, 5);
    const held = tf.memory().numTensors;
    advance(resumed, 5, 8);
    expect(tf.memory().numTensors).toBe(held);
    advance(through, 4, 8);
    expect(await resumed.params.data()).toEqual(await through.params.data());
    expect(await resumed.state()).toEqual(await through.state());
    through.dispose();
    resumed.dispose();
    x0.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

it('a step that does not exist stops everything where it was, until a state is restored', async () => {
  const x0 = vector(noiseRows(layout, [0], 0));
  const stepper = new OpsStepper({ program: fragileProgram, hyper: { scale: 0.1 } }, layout, x0);
  stepped(stepper, 1, 1, { L: 1, mult: 1 });
  const before = await stepper.params.data();
  tf.tidy(() => stepper.step(tf.zeros([1, layout.n]), tf.tensor1d([1]), { L: 1, mult: 1 }));
  stepped(stepper, 2, 1, { L: 1, mult: 1 });
  expect(await stepper.status()).toMatchObject({ isActive: false, divergedAt: 1, cause: 'method', k: 1 });
  expect(await stepper.params.data()).toEqual(before);
  stepper.restore(await stepper.state());
  stepped(stepper, 2, 1, { L: 1, mult: 1 });
  expect(await stepper.status()).toMatchObject({ isActive: true, divergedAt: null, cause: null, k: 2 });
  stepper.dispose();
  x0.dispose();
});
