import { isImplemented, type Translated, translate } from './arguments.ts';
import { evaluate, type Problem, problemTensors } from './problems.ts';
import type { GoldenBatch, GoldenStepper, SteppedState } from './stepper.ts';
import { type GoldenRun, scalarSteps, storedSteps, type TrajectoryFile } from './trajectory.ts';

export type Precision = 'double' | 'single';

/** Outcome of one recorded run. */
export interface RunReport {
  readonly file: string;
  readonly config: string;
  readonly dtype: 'float64' | 'float32';
  /** Steps that were compared, and recorded. */
  readonly compared: number;
  readonly steps: number;
  /** The check that comes closest to failing (or fails by most). */
  readonly worst: Deviation;
  readonly verdict: 'ok' | 'failed';
}

/** One comparison: what, at which step (1-based), how far off, and how far it may be. */
export interface Deviation {
  readonly what: string;
  readonly step: number;
  readonly value: number;
  readonly allowed: number;
}

export type FileReport = { readonly kind: 'replayed'; readonly runs: readonly RunReport[] } | { readonly kind: 'not implemented' };

/**
 * Double arithmetic against float64 runs. 1e-11 times the run's own amplification of a 1e-11 perturbation; scalars relative to
 * the largest value so far, since numerators cancel. Both as the data's README suggests.
 */
const DOUBLE_TOLERANCE = 1e-11;
const DOUBLE_SCALARS = 1e-9;
/** Single precision against float64 runs: ten times what an honest float32 execution strayed, at least 2e-5 and at most 5e-3. */
const SINGLE_MIN = 2e-5;
const SINGLE_MAX = 5e-3;
const SINGLE_STRAY = 10;
/** The distance estimate and the learned scale are what people read off: 2 % in single precision. */
const SINGLE_SCALARS: Readonly<Record<string, number>> = { d: 0.02, s_sum: 0.02 };

interface Trajectory {
  /** After each step: this row's parameters and scalars. */
  readonly params: readonly (Float32Array | Float64Array)[];
  readonly scalars: readonly Readonly<Record<string, readonly number[]>>[];
  readonly slots: Readonly<Record<string, readonly number[]>> | null;
}

/** Replays all configurations of one file as rows of one batch, and compares every run that this precision can be held against. */
export async function replayFile(
  name: string,
  { meta, runs }: TrajectoryFile,
  problem: Problem,
  stepper: GoldenStepper,
  precision: Precision,
): Promise<FileReport> {
  if (!isImplemented(meta.optimizer)) return { kind: 'not implemented' };
  const doubles = runs.filter(({ dtype }) => dtype === 'float64');
  const translated = doubles.map((run) => translate(meta.optimizer, meta.defaults, run.args));
  const steps = Math.max(...doubles.map((run) => run.steps));
  const batch: GoldenBatch = {
    tensors: problemTensors(problem),
    rows: doubles.map((run, row) => ({
      optimizer: rowOf(translated, row).optimizer,
      hyper: rowOf(translated, row).hyper,
      mult: multipliers(problem, run, steps),
    })),
    x0: problem.x0,
    steps,
  };
  const trajectories = await run(batch, problem, stepper);
  const reports = doubles.flatMap((double, row) => {
    const trajectory = rowOf(trajectories, row);
    const names = rowOf(translated, row);
    if (precision === 'double')
      return [reportOf(name, double, double.stable_steps ?? double.steps, compareDouble(double, trajectory, names, problem.x0), double)];
    const twin = runs.find(({ config, dtype }) => config === double.config && dtype === 'float32');
    if (!twin) return [];
    return [reportOf(name, twin, twin['steps_within_1e-3'] ?? 0, compareSingle(double, twin, trajectory, names, problem.x0), double)];
  });
  return { kind: 'replayed', runs: reports };
}

function reportOf(file: string, run: GoldenRun, window: number, deviations: readonly Deviation[], double: GoldenRun): RunReport {
  const ratio = ({ value, allowed }: Deviation) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value / allowed);
  const none: Deviation = { what: 'params', step: 0, value: 0, allowed: 1 };
  const worst = deviations.reduce((most, next) => (ratio(next) > ratio(most) ? next : most), deviations[0] ?? none);
  return {
    file,
    config: run.config,
    dtype: run.dtype,
    compared: Math.min(window, double.steps),
    steps: double.steps,
    worst,
    verdict: ratio(worst) <= 1 ? 'ok' : 'failed',
  };
}

/** Multipliers of every step; past the end of a recorded schedule its last value. */
function multipliers(problem: Problem, { schedule }: GoldenRun, steps: number): readonly number[] {
  if (schedule === 'none') return Array.from({ length: steps }, () => 1);
  const values = problem.schedules[schedule];
  if (!values || values.length < steps)
    throw new Error(`Schedule "${schedule}" is missing from the problem, or shorter than ${steps} steps.`);
  return values.slice(0, steps);
}

async function run(batch: GoldenBatch, problem: Problem, stepper: GoldenStepper): Promise<readonly Trajectory[]> {
  const size = batch.x0.length;
  const rows = batch.rows.length;
  const states: SteppedState[] = [];
  await stepper.begin(batch);
  try {
    let params: ArrayLike<number> = Float64Array.from({ length: rows * size }, (_, index) => batch.x0[index % size] ?? 0);
    for (let step = 0; step < batch.steps; step += 1) {
      const grads = new Float64Array(rows * size);
      const objective = new Float64Array(rows);
      for (let row = 0; row < rows; row += 1) {
        const { loss, gradient } = evaluate(problem, Array.prototype.slice.call(params, row * size, (row + 1) * size), step);
        grads.set(gradient, row * size);
        objective[row] = loss;
      }
      const state = await stepper.step(grads, objective);
      states.push(state);
      params = state.params;
    }
    const slots = stepper.slots ? await stepper.slots() : null;
    return batch.rows.map((_, row) => ({
      params: states.map((state) => state.params.subarray(row * size, (row + 1) * size)),
      scalars: states.map((state) => rowOf(state.scalars, row)),
      slots: slots ? rowOf(slots, row) : null,
    }));
  } finally {
    await stepper.end();
  }
}

function compareDouble(run: GoldenRun, trajectory: Trajectory, names: Translated, x0: readonly number[]): readonly Deviation[] {
  const window = run.stable_steps ?? run.steps;
  const allowed = DOUBLE_TOLERANCE * Math.max(1, run.amplification ?? 1);
  const params = compareParams(run, trajectory, x0, window, allowed);
  const scalars = Object.keys(run.scalars ?? {}).flatMap((name) => compareScalar(run, trajectory, names, name, window, DOUBLE_SCALARS));
  return [...params, ...scalars, ...(window >= run.steps ? compareSlots(run, trajectory, names) : [])];
}

function compareSingle(
  double: GoldenRun,
  twin: GoldenRun,
  trajectory: Trajectory,
  names: Translated,
  x0: readonly number[],
): readonly Deviation[] {
  const window = twin['steps_within_1e-3'] ?? 0;
  const allowed = Math.min(SINGLE_MAX, Math.max(SINGLE_MIN, SINGLE_STRAY * (twin.max_rel_diff_from_float64 ?? 0)));
  const params = compareParams(double, trajectory, x0, window, allowed);
  const scalars = Object.entries(SINGLE_SCALARS).flatMap(([name, tolerance]) =>
    double.scalars?.[name] ? compareScalar(double, trajectory, names, name, window, tolerance) : [],
  );
  return [...params, ...scalars];
}

/** Max-norm deviations, relative to the largest parameter so far (the start included), at every stored step of the window. */
function compareParams(
  run: GoldenRun,
  trajectory: Trajectory,
  x0: readonly number[],
  window: number,
  allowed: number,
): readonly Deviation[] {
  let scale = maxAbs(x0);
  return storedSteps(run).flatMap((step, index) => {
    if (step > window) return [];
    const expected = rowOf(run.params, index);
    scale = Math.max(scale, maxAbs(expected));
    return [{ what: 'params', step, value: relative(maxDifference(rowOf(trajectory.params, step - 1), expected), scale), allowed }];
  });
}

/** Deviations of one recorded scalar (or list), relative to the largest value so far. Steps where the package has none are left out. */
function compareScalar(
  run: GoldenRun,
  trajectory: Trajectory,
  names: Translated,
  name: string,
  window: number,
  allowed: number,
): readonly Deviation[] {
  const ours = names.scalars[name];
  const recorded = run.scalars?.[name];
  if (ours === undefined || recorded === undefined) return [];
  let scale = 0;
  return scalarSteps(run).flatMap((step, index) => {
    const entry = recorded[index];
    const expected = typeof entry === 'number' ? [entry] : entry;
    if (step > window || !expected?.every((value) => value !== null)) return [];
    scale = Math.max(scale, maxAbs(expected));
    const held = rowOf(trajectory.scalars, step - 1);
    const got = typeof ours === 'string' ? held[ours] : ours(held, names.hyper);
    if (!got) throw new Error(`The runner reports no scalar "${ours.toString()}".`);
    return [{ what: name, step, value: relative(maxDifference(got, expected), scale), allowed }];
  });
}

/** Buffers after the last step, relative to each buffer's largest entry. */
function compareSlots(run: GoldenRun, { slots }: Trajectory, names: Translated): readonly Deviation[] {
  if (!slots) return [];
  const allowed = DOUBLE_SCALARS * Math.max(1, run.amplification ?? 1);
  return Object.entries(run.final_state ?? {}).flatMap(([name, buffer]) => {
    const got = slots[names.slots[name] ?? ''];
    if (!got || !Array.isArray(buffer)) return [];
    return [{ what: `final ${name}`, step: run.steps, value: relative(maxDifference(got, buffer), maxAbs(buffer)), allowed }];
  });
}

function maxAbs(values: ArrayLike<number>): number {
  let most = 0;
  for (let index = 0; index < values.length; index += 1) most = Math.max(most, Math.abs(values[index] as number));
  return most;
}

/** Largest |a - b|; NaN where one of them is not a number or the lengths differ. */
function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.NaN;
  let most = 0;
  for (let index = 0; index < a.length; index += 1) most = Math.max(most, Math.abs((a[index] as number) - (b[index] as number)));
  return most;
}

/** Equal values do not deviate, not even while everything is still zero. */
function relative(difference: number, scale: number): number {
  return difference === 0 ? 0 : difference / scale;
}

function rowOf<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new Error(`The recorded run ends before entry ${index}.`);
  return value;
}
