import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { FusedRunner } from '../kernels/fused/fused-runner.ts';
import { HostFedRunner, testDevice } from '../kernels/fused/testing/fused-harness.ts';
import { flatLayout, noiseRace, noiseRows, onlyRows, rowBits, rowSpec, worstDifference } from '../kernels/fused/testing/races.ts';
import { ReferenceRunner } from '../kernels/reference-runner.ts';
import type { HyperValues, StepProgram } from '../kernels/step-program.ts';
import { defaultHyper } from './definition.ts';
import { optimizers } from './registry.ts';
import { optimizerCases, scenarioHyper } from './testing/cases.ts';
import { STREAMS, type StreamKind } from './testing/gradients.ts';
import { mutate, mutationsOf } from './testing/mutations.ts';
import { oracleStates, PARAMS_TOLERANCE, SHARED_STEPS, type SharedStep, stepErrors } from './testing/oracle-states.ts';

let device: GPUDevice;
let errors: readonly string[];

beforeAll(async () => {
  ({ device, errors } = await testDevice());
});
afterEach(() => {
  expect(errors, 'uncaptured device errors').toEqual([]);
});

/** Three tensors, so that indices inside a tensor and in the row differ, with padding in each. */
const layout = flatLayout(65, 7, 300);

function sharedSteps(program: StepProgram, hypers: readonly HyperValues[], stream: StreamKind, seed: number, scale?: number) {
  return oracleStates({ program, hypers, layout, stream, seed, scale, at: SHARED_STEPS });
}

/** Makes the shared steps with the fused kernels of a program, up to the first one that is off; what is off there, in words. */
async function fusedErrors(program: StepProgram, steps: readonly SharedStep[]): Promise<readonly string[]> {
  const [first] = steps;
  if (!first) throw new Error('There are no steps to make.');
  const fused = await HostFedRunner.create(device, { ...first.spec, rows: first.spec.rows.map((row) => ({ ...row, program })) });
  try {
    for (const shared of steps) {
      fused.runner.restore(shared.before);
      fused.step(shared.grads, shared.objective);
      const found = stepErrors(shared, await fused.runner.state());
      if (found.length > 0) return found;
    }
    return [];
  } finally {
    fused.dispose();
  }
}

describe.each(optimizerCases.map(({ definition, cases }) => ({ id: definition.id, definition, cases })))(
  'one fused step of $id from a shared state',
  ({ id, definition, cases }) => {
    const { program } = definition;
    const hypers = cases.scenarios.map((scenario) => scenarioHyper(definition, scenario));

    it.each(STREAMS)('agrees with the oracle on %s gradients', async (stream) => {
      expect(await fusedErrors(program, sharedSteps(program, hypers, stream, 11, cases.gradients?.scale))).toEqual([]);
    });

    it(inject('isFull') ? 'shows every wrong formula' : 'shows every second wrong formula', async () => {
      const all = mutationsOf(id);
      // Compiling each takes a second.
      const mutations = inject('isFull') ? all : all.filter((_, index) => index % 2 === 0);
      // Together, because compiling them can overlap.
      const found = await Promise.all(
        mutations.map(async (mutation) => {
          const scenario = cases.scenarios.find(({ label }) => label === mutation.scenario);
          if (!scenario) throw new Error(`Mutation "${mutation.label}": ${id} has no scenario "${mutation.scenario}".`);
          const hyper = [scenarioHyper(definition, scenario)];
          const steps = [
            ...sharedSteps(program, hyper, 'drift', 11, cases.gradients?.scale),
            ...sharedSteps(program, hyper, 'bursts', 12, cases.gradients?.scale),
            ...sharedSteps(program, hyper, 'reversal', 13, cases.gradients?.scale),
          ];
          return fusedErrors(mutate(program, mutation), steps);
        }),
      );
      const missed = mutations.filter((_, index) => found[index]?.length === 0).map(({ label }) => label);
      expect(missed).toEqual([]);
      expect(all.length).toBeGreaterThanOrEqual(6);
    });
  },
);

/** Every scenario of every optimizer as one race. */
function everyRow(totalSteps: number) {
  return optimizerCases.flatMap(({ definition, cases }) =>
    cases.scenarios.map((scenario) => rowSpec(definition.program, scenarioHyper(definition, scenario), totalSteps)),
  );
}

describe('dispatches', () => {
  it.each([1, 20])('of a step are at most three per optimizer, and one for the race, with %i tensors', async (tensors) => {
    const spread = flatLayout(...Array.from({ length: tensors }, (_, index) => 3 + index));
    for (const definition of optimizers) {
      const { program } = definition;
      const rows = [rowSpec(program, defaultHyper(definition), 2)];
      const runner = await FusedRunner.create(device, noiseRace(spread, rows, 2), { observeEvery: 2 });
      expect(runner.dispatchesPerStep.plain - 1, program.id).toBeLessThanOrEqual(3);
      runner.dispose();
    }
  });
});

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
