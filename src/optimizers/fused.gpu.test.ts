import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HostFedRunner, testDevice } from '../kernels/fused/testing/fused-harness.ts';
import { flatLayout, noiseRace, noiseRows, onlyRows, rowBits, rowSpec, worstDifference } from '../kernels/fused/testing/races.ts';
import { ReferenceRunner } from '../kernels/reference-runner.ts';
import { optimizers } from './registry.ts';
import { fusedMutations, mutate } from './testing/fused-mutations.ts';
import { fusedDeviations, isOff, oneStepRace, oracleSteps, PARAMS_TOLERANCE } from './testing/fused-one-step.ts';
import { oneStepCases } from './testing/one-step-cases.ts';

let device: GPUDevice;
let errors: readonly string[];

beforeAll(async () => {
  ({ device, errors } = await testDevice());
});
afterEach(() => {
  expect(errors, 'uncaptured device errors').toEqual([]);
});

const table = optimizers.map(({ id, program }) => ({ id, program }));

describe('one fused step from a shared state equals the float64 step', () => {
  it.each(table)('$id', async ({ id, program }) => {
    const spec = oneStepRace(program, oneStepCases(id));
    const deviations = await fusedDeviations(device, spec, oracleSteps(spec));
    expect(deviations.filter(isOff)).toEqual([]);
    // 5 states, at least parameters and k of each row.
    expect(deviations.length).toBeGreaterThanOrEqual(10 * spec.rows.length);
  });
});

describe('a wrong formula shows in one fused step', () => {
  it.each(table)('$id', async ({ id, program }) => {
    const mutations = fusedMutations[id] ?? [];
    expect(mutations.length, 'mutations').toBeGreaterThanOrEqual(6);
    const missed: string[] = [];
    for (const mutation of mutations) {
      const cases = oneStepCases(id).filter(({ name }) => name === mutation.case);
      expect(cases, `case "${mutation.case}" of mutation "${mutation.name}"`).toHaveLength(1);
      const steps = oracleSteps(oneStepRace(program, cases));
      const deviations = await fusedDeviations(device, oneStepRace(mutate(program, mutation), cases), steps);
      if (!deviations.some(isOff)) missed.push(`${mutation.name}: at most ${deviations[0]?.relative} in ${deviations[0]?.what}`);
    }
    expect(missed).toEqual([]);
  });
});

/** Every case of every optimizer as one race. */
function everyRow(totalSteps: number) {
  return optimizers.flatMap(({ id, program }) => oneStepCases(id).map(({ hyper }) => rowSpec(program, hyper, totalSteps)));
}

describe('all optimizers in one race', () => {
  it.each([1, 63, 64, 65, 1000])('equal the float64 reference over three steps with %i parameters', async (size) => {
    const steps = 3;
    const layout = flatLayout(size);
    const rows = everyRow(steps);
    const seeds = rows.map((_, row) => row);
    const spec = noiseRace(layout, rows, steps);
    const reference = new ReferenceRunner(spec);
    const fused = await HostFedRunner.create(device, spec);
    const objective = new Float64Array(rows.length).fill(1);
    for (let step = 0; step < steps; step += 1) {
      const grads = noiseRows(layout, seeds, step + 1);
      reference.step(grads, objective);
      fused.step(grads, objective);
    }
    const actual = await fused.runner.state();
    rows.forEach(({ program }, row) => {
      const range = [row * layout.n, (row + 1) * layout.n] as const;
      // Three steps from the same start: estimates that begin at a difference may carry its rounding into the second and third.
      const difference = worstDifference(actual.params.subarray(...range), reference.params.subarray(...range));
      expect(difference.relative, `row ${row}, ${program.id}: ${JSON.stringify(difference)}`).toBeLessThan(PARAMS_TOLERANCE);
    });
    expect(fused.runner.warnings).toEqual([]);
    fused.dispose();
  });

  it('have the same bits alone as in company, and beside a row that turns into NaN', async () => {
    const steps = 4;
    const layout = flatLayout(600, 65);
    const rows = everyRow(steps);
    const seeds = rows.map((_, row) => row);
    const spec = noiseRace(layout, rows, steps);
    const run = async (members: readonly number[], broken: number | null) => {
      const fused = await HostFedRunner.create(device, onlyRows(spec, members));
      for (let step = 0; step < steps; step += 1) {
        const grads = noiseRows(
          layout,
          members.map((row) => seeds[row] as number),
          step + 1,
        );
        const at = members.indexOf(broken ?? -1);
        if (at >= 0 && step === 1) grads[at * layout.n + 3] = Number.NaN;
        fused.step(grads, new Float64Array(members.length).fill(1));
      }
      const bits = rowBits(await fused.runner.state(), layout);
      const status = await fused.runner.status();
      fused.dispose();
      return { bits, status };
    };
    const together = await run(seeds, null);
    // One row of each optimizer: the first of its cases.
    const firsts = optimizers.map(({ program }) => rows.findIndex((row) => row.program === program));
    for (const row of firsts) {
      expect((await run([row], null)).bits[0], `row ${row} alone`).toEqual(together.bits[row]);
      const spoiled = await run(seeds, row);
      expect(spoiled.status[row], `row ${row} with a NaN gradient`).toMatchObject({ isActive: false, divergedAt: 1 });
      for (const other of seeds.filter((index) => index !== row)) {
        expect(spoiled.bits[other], `row ${other} beside NaN in row ${row}`).toEqual(together.bits[other]);
      }
    }
  });
});
