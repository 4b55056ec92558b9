import type { ParamLayout } from '../../kernels/layout.ts';
import { mapNames } from '../../kernels/named.ts';
import type { RowSpec, RunnerSpec, RunnerState } from '../../kernels/optimizer-runner.ts';
import { ReferenceRunner } from '../../kernels/reference-runner.ts';
import type { HyperValue, HyperValues, StepProgram } from '../../kernels/step-program.ts';
import { gradientsAt, type StreamKind, startingPoints } from './gradients.ts';

/** One step from a state that all runners can represent: what to restore, what to feed, and what must come out. */
export interface SharedStep {
  readonly spec: RunnerSpec;
  /** Rounded to float32. */
  readonly before: RunnerState;
  readonly grads: Float64Array; // (R, n), float32 numbers
  readonly objective: Float64Array; // (R), float32 numbers
  /** The oracle's float64 step from `before`. */
  readonly after: RunnerState;
}

export interface OracleOptions {
  readonly program: StepProgram;
  /** One row each. */
  readonly hypers: readonly HyperValues[];
  readonly layout: ParamLayout;
  readonly stream: StreamKind;
  readonly seed: number;
  /** Factor on the gradients of the stream; 1 unless given. */
  readonly scale?: number | undefined;
  /** Steps (0-based) from which a shared step is taken. */
  readonly at: readonly number[];
}

/** The first step (buffers at their start), the second, a burst, one at L = 0, one after a reversal has made estimates fall, and a late one. */
export const SHARED_STEPS = [0, 1, 4, 5, 10, 14] as const;

/** Relative tolerances of a float32 step against the oracle's from the same state: a handful of roundings (6e-8 each) and a sum stay far below. */
export const PARAMS_TOLERANCE = 1e-5;
export const SCALARS_TOLERANCE = 1e-4;

/** The step at which `testSchedule` is 0. */
const IDLE_STEP = 5;

/** A schedule that changes in every step: warmup over a third, then linear decay; and one step at 0, as a schedule's end would be. */
export function testSchedule(steps: number): Float64Array {
  const peak = Math.ceil(steps / 3);
  return Float64Array.from({ length: steps }, (_, t) => {
    if (t === IDLE_STEP) return 0;
    return t < peak ? (t + 1) / (peak + 1) : (steps - t) / (steps - peak + 1);
  });
}

/** Runs the oracle and takes shared steps from it. The batch has one row per entry of `hypers`. */
export function oracleStates({ program, hypers, layout, stream, seed, scale, at }: OracleOptions): readonly SharedStep[] {
  const totalSteps = Math.max(...at) + 1;
  const mult = testSchedule(totalSteps);
  // A program may ask whether a scalar still equals a hyperparameter: both must be rounded alike.
  const rows = hypers.map((hyper): RowSpec => ({ program, hyper: mapNames(hyper, roundHyper), mult, horizonSteps: totalSteps }));
  const spec: RunnerSpec = { layout, rows, x0: startingPoints(layout, rows.length, seed), totalSteps };
  const objectiveAt = (t: number) => Float64Array.from(rows, (_, row) => 2 ** -t + row);
  const oracle = new ReferenceRunner(spec);
  const taken: SharedStep[] = [];
  for (let t = 0; t < totalSteps; t += 1) {
    const grads = gradientsAt(stream, layout, rows.length, seed + 1, t, scale);
    const objective = objectiveAt(t);
    if (at.includes(t)) {
      const before = roundState(oracle.state());
      taken.push({ spec, before, grads, objective, after: stepFrom(spec, before, grads, objective) });
    }
    oracle.step(grads, objective);
  }
  return taken;
}

function roundHyper(_name: string, value: HyperValue): HyperValue {
  if (typeof value === 'number') return Math.fround(value);
  return Array.isArray(value) ? value.map(Math.fround) : value;
}

/** The oracle's state after one step from `before`. */
function stepFrom(spec: RunnerSpec, before: RunnerState, grads: Float64Array, objective: Float64Array): RunnerState {
  const runner = new ReferenceRunner(spec);
  runner.restore(before);
  runner.step(grads, objective);
  return runner.state();
}

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

/** Everything that is further off than its tolerance, in words; empty when the step is right. */
export function stepErrors({ spec, before, after }: SharedStep, got: RunnerState): readonly string[] {
  const { n } = spec.layout;
  return after.rows.flatMap((expected, row) => {
    const found = got.rows[row];
    if (!found) return [`row ${row}: missing`];
    const part = (values: ArrayLike<number>) => Array.from({ length: n }, (_, element) => values[row * n + element] ?? Number.NaN);
    const where = `step ${before.step}, row ${row}`;
    return [
      ...(found.k === expected.k ? [] : [`${where}: k is ${found.k}, expected ${expected.k}`]),
      ...errorsIn(`${where}: params`, part(after.params), part(before.params), part(got.params), PARAMS_TOLERANCE),
      ...Object.entries(expected.slots).flatMap(([name, values]) =>
        errorsIn(`${where}: slot ${name}`, values, before.rows[row]?.slots[name] ?? [], found.slots[name] ?? [], PARAMS_TOLERANCE),
      ),
      ...Object.entries(expected.scalars).flatMap(([name, values]) =>
        errorsIn(`${where}: scalar ${name}`, values, before.rows[row]?.scalars[name] ?? [], found.scalars[name] ?? [], SCALARS_TOLERANCE),
      ),
    ];
  });
}

/** Worst entry, relative to the largest entry before or after the step (sums cancel: a small result of large terms has fewer digits). */
function errorsIn(
  what: string,
  expected: ArrayLike<number>,
  before: ArrayLike<number>,
  got: ArrayLike<number>,
  tolerance: number,
): readonly string[] {
  let scale = 0;
  let worst = { index: -1, difference: 0 };
  for (let index = 0; index < expected.length; index += 1) {
    scale = Math.max(scale, Math.abs(expected[index] ?? 0), Math.abs(before[index] ?? 0));
    const difference = Math.abs((expected[index] ?? Number.NaN) - (got[index] ?? Number.NaN));
    if (!(difference <= worst.difference)) worst = { index, difference };
  }
  if (worst.index < 0 || worst.difference <= tolerance * scale) return [];
  const { index } = worst;
  return [
    `${what}[${index}] is ${got[index]}, expected ${expected[index]} (off by ${(worst.difference / scale).toExponential(1)}, allowed ${tolerance})`,
  ];
}
