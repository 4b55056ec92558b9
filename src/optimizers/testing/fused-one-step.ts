import { HostFedRunner } from '../../kernels/fused/testing/fused-harness.ts';
import { flatLayout, noiseRows, rampSchedule, worstDifference } from '../../kernels/fused/testing/races.ts';
import type { RowSpec, RunnerSpec, RunnerState } from '../../kernels/optimizer-runner.ts';
import { ReferenceRunner } from '../../kernels/reference-runner.ts';
import type { HyperValues, StepProgram } from '../../kernels/step-program.ts';

/** Race steps from whose states one step is compared: the first, those where estimates leave their start, and a settled one. */
const STATE_STEPS = [0, 1, 2, 5, 20] as const;
const TOTAL_STEPS = 24;
/** Three tensors, so that indices inside a tensor and in the row differ, with padding in each. */
const layout = flatLayout(65, 7, 300);

/**
 * One float32 step from the same state. Parameters and slots: relative to the vector's largest entry. Scalars: relative to the larger of
 * their value before and after, since some are differences.
 */
export const PARAMS_TOLERANCE = 1e-5;
export const SCALARS_TOLERANCE = 1e-4;

export interface OneStepCase {
  readonly name: string;
  readonly hyper: HyperValues;
}

/** The state before a step, rounded to float32, what the step is fed, and what float64 makes of it. */
export interface OracleStep {
  readonly before: RunnerState;
  readonly grads: Float64Array; // (R, n)
  readonly objective: Float64Array; // (R)
  readonly after: RunnerState;
}

export interface Deviation {
  readonly row: number;
  readonly step: number;
  readonly what: string;
  readonly relative: number;
  readonly allowed: number;
  readonly actual: number;
  readonly expected: number;
}

/** Rows of one program, one per case, on a noisy quadratic: parameters of size 0.1, solution one unit away. */
export function oneStepRace(program: StepProgram, cases: readonly OneStepCase[]): RunnerSpec {
  const rows = cases.map(({ hyper }): RowSpec => ({ program, hyper, mult: rampSchedule(TOTAL_STEPS), horizonSteps: TOTAL_STEPS }));
  const x0 = Float32Array.from(noiseRows(layout, sameSeed(cases), 0), (value) => value / 10);
  return { layout, rows, x0, totalSteps: TOTAL_STEPS };
}

function sameSeed(rows: readonly unknown[]): readonly number[] {
  return rows.map(() => 7);
}

function gradientAt(params: Float64Array, rows: readonly unknown[], step: number): Float64Array {
  const centre = noiseRows(layout, sameSeed(rows), 1);
  const noise = noiseRows(layout, sameSeed(rows), 2 + step);
  return params.map((value, index) => Math.fround(value - (centre[index] as number) + (noise[index] as number) / 10));
}

/** The nearest state that float32 can hold. */
function roundState({ step, params, rows }: RunnerState): RunnerState {
  return {
    step,
    params: params.map(Math.fround),
    rows: rows.map(({ k, slots, scalars }) => ({
      k,
      slots: Object.fromEntries(Object.entries(slots).map(([name, values]) => [name, values.map(Math.fround)])),
      scalars: Object.fromEntries(Object.entries(scalars).map(([name, values]) => [name, values.map(Math.fround)])),
    })),
  };
}

/** States of the float64 oracle along a trajectory, each with one float64 step from its rounded copy. */
export function oracleSteps(spec: RunnerSpec): readonly OracleStep[] {
  const trajectory = new ReferenceRunner(spec);
  const single = new ReferenceRunner(spec);
  const objective = new Float64Array(spec.rows.length).fill(1);
  const steps: OracleStep[] = [];
  for (let step = 0; step <= Math.max(...STATE_STEPS); step += 1) {
    const before = roundState(trajectory.state());
    const grads = gradientAt(before.params, spec.rows, step);
    if (STATE_STEPS.some((wanted) => wanted === step)) {
      single.restore(before);
      single.step(grads, objective);
      steps.push({ before, grads, objective, after: single.state() });
    }
    trajectory.step(grads, objective);
  }
  return steps;
}

/** Makes each oracle step with the fused kernels and returns every comparison, worst first. */
export async function fusedDeviations(device: GPUDevice, spec: RunnerSpec, steps: readonly OracleStep[]): Promise<readonly Deviation[]> {
  const fused = await HostFedRunner.create(device, spec);
  try {
    const deviations: Deviation[] = [];
    for (const { before, grads, objective, after } of steps) {
      fused.runner.restore(before);
      fused.step(grads, objective);
      deviations.push(...compareStates(await fused.runner.state(), before, after));
    }
    const badness = ({ relative, allowed }: Deviation) => (Number.isNaN(relative) ? Number.POSITIVE_INFINITY : relative / allowed);
    return deviations.sort((a, b) => badness(b) - badness(a));
  } finally {
    fused.dispose();
  }
}

export function isOff({ relative, allowed }: Deviation): boolean {
  return !(relative <= allowed);
}

function compareStates(actual: RunnerState, before: RunnerState, after: RunnerState): readonly Deviation[] {
  return after.rows.flatMap((expected, row) => {
    const found = actual.rows[row];
    const start = before.rows[row];
    if (!found || !start) throw new Error(`Row ${row} is missing.`);
    const common = { row, step: before.step };
    const range = [row * layout.n, (row + 1) * layout.n] as const;
    const vectors = [
      { what: 'params', actual: actual.params.subarray(...range), expected: after.params.subarray(...range) },
      ...Object.entries(expected.slots).map(([name, values]) => ({
        what: `slot ${name}`,
        actual: found.slots[name] ?? [],
        expected: values,
      })),
    ].map(({ what, ...pair }) => ({ ...common, what, ...worstDifference(pair.actual, pair.expected), allowed: PARAMS_TOLERANCE }));
    const scalars = Object.entries(expected.scalars).map(([name, values]) => {
      const floor = Math.max(Number.MIN_VALUE, ...(start.scalars[name] ?? []).map(Math.abs));
      return {
        ...common,
        what: `scalar ${name}`,
        ...worstDifference(found.scalars[name] ?? [], values, floor),
        allowed: SCALARS_TOLERANCE,
      };
    });
    const k = { ...common, what: 'k', relative: Math.abs(found.k - expected.k), allowed: 0, actual: found.k, expected: expected.k };
    return [...vectors, ...scalars, k];
  });
}
