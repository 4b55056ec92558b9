import { named } from '../../kernels/named.ts';
import type { Translated } from './arguments.ts';
import { entry, type Reads, type Trajectory } from './follow.ts';
import { maxAbs, maxDifference, relative } from './numbers.ts';
import { evaluationPoints, type GoldenRun, scalarSteps, storedSteps } from './trajectory.ts';

/** One comparison: what, at which step (1-based), how far off, and how far it may be. */
export interface Deviation {
  readonly what: string;
  readonly step: number;
  readonly value: number;
  readonly allowed: number;
}

/** What a recorded run is held against: our row, its names, and the common start. */
export interface Replayed {
  readonly trajectory: Trajectory;
  readonly names: Translated;
  readonly x0: readonly number[];
}

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

/** After which steps the recorded float64 runs of a batch say more than parameters and scalars. */
export function readsOf(runs: readonly GoldenRun[]): Reads {
  return {
    evalPoints: new Set(runs.flatMap((run) => (evaluationPoints(run) ? storedSteps(run) : []))),
    slots: new Set(runs.flatMap((run) => [...(run.z ? storedSteps(run) : []), ...(run.final_state ? [finalStep(run)] : [])])),
  };
}

export function compareDouble(run: GoldenRun, replayed: Replayed): readonly Deviation[] {
  const window = run.stable_steps ?? run.steps;
  const allowed = DOUBLE_TOLERANCE * Math.max(1, run.amplification ?? 1);
  const scalars = Object.keys(run.scalars ?? {}).flatMap((name) => compareScalar(run, replayed, name, window, DOUBLE_SCALARS));
  return [...compareVectors(run, replayed, window, allowed), ...scalars, ...(window >= run.steps ? compareSlots(run, replayed) : [])];
}

export function compareSingle(double: GoldenRun, twin: GoldenRun, replayed: Replayed): readonly Deviation[] {
  const window = twin['steps_within_1e-3'] ?? 0;
  const allowed = Math.min(SINGLE_MAX, Math.max(SINGLE_MIN, SINGLE_STRAY * (twin.max_rel_diff_from_float64 ?? 0)));
  const scalars = Object.entries(SINGLE_SCALARS).flatMap(([name, tolerance]) =>
    double.scalars?.[name] ? compareScalar(double, replayed, name, window, tolerance) : [],
  );
  return [...compareVectors(double, replayed, window, allowed), ...scalars];
}

/**
 * Max-norm deviations of the parameters, and of the evaluation point and the base iterate z where they are recorded, at every stored step of
 * the window: relative to the largest parameter so far, the start included, or the largest entry of the vector itself if that is larger.
 */
function compareVectors(run: GoldenRun, replayed: Replayed, window: number, allowed: number): readonly Deviation[] {
  const { trajectory, x0 } = replayed;
  const points = evaluationPoints(run);
  const vectors: readonly [what: string, recorded: readonly (readonly number[])[] | undefined, (step: number) => ArrayLike<number>][] = [
    ['params', run.params, (step) => entry(trajectory.params, step - 1)],
    ['evaluation point', points, (step) => read(trajectory.evalPoints, step)],
    ['z', run.z, (step) => ownBuffer(replayed, 'z', step)],
  ];
  return vectors.flatMap(([what, recorded, ours]) => {
    if (!recorded) return [];
    let scale = maxAbs(x0);
    return storedSteps(run).flatMap((step, index): readonly Deviation[] => {
      if (step > window) return [];
      const expected = entry(recorded, index);
      scale = Math.max(scale, maxAbs(entry(run.params, index)), maxAbs(expected));
      return [{ what, step, value: relative(maxDifference(ours(step), expected), scale), allowed }];
    });
  });
}

function read<T>(taken: ReadonlyMap<number, T>, step: number): T {
  const value = taken.get(step);
  if (value === undefined) throw new Error(`Nothing was read after step ${step}.`);
  return value;
}

/** Deviations of one recorded scalar (or list), relative to the largest value so far. Steps where the package has none are left out. */
function compareScalar(
  run: GoldenRun,
  { trajectory, names }: Replayed,
  name: string,
  window: number,
  allowed: number,
): readonly Deviation[] {
  const ours = names.scalars[name];
  const recorded = run.scalars?.[name];
  if (ours === undefined || recorded === undefined) return [];
  let scale = 0;
  return scalarSteps(run).flatMap((step, index) => {
    const value = recorded[index];
    const expected = typeof value === 'number' ? [value] : value;
    if (step > window || !expected?.every((each) => each !== null)) return [];
    scale = Math.max(scale, maxAbs(expected));
    const held = entry(trajectory.scalars, step - 1);
    const got = typeof ours === 'string' ? held[ours] : ours(held, names.hyper);
    if (!got) throw new Error(`The runner reports no scalar "${ours.toString()}".`);
    return [{ what: name, step, value: relative(maxDifference(got, expected), scale), allowed }];
  });
}

/** After which step, from 1, the package's buffers were recorded: where a run went out of bounds, after the step that did, which is not recorded. */
function finalStep({ steps, stopped }: GoldenRun): number {
  return stopped?.at_step ?? steps;
}

/** Buffers after the last step, relative to each buffer's largest entry. */
function compareSlots(run: GoldenRun, replayed: Replayed): readonly Deviation[] {
  if (!run.final_state || run.steps === 0) return [];
  const step = finalStep(run);
  const allowed = DOUBLE_SCALARS * Math.max(1, run.amplification ?? 1);
  return Object.entries(run.final_state).flatMap(([name, buffer]) => {
    if (replayed.names.slots[name] === undefined || !Array.isArray(buffer)) return [];
    const got = ownBuffer(replayed, name, step);
    return [{ what: `final ${name}`, step, value: relative(maxDifference(got, buffer), maxAbs(buffer)), allowed }];
  });
}

/** Ours after a step for a recorded buffer; without a translation the slot of the same name. */
function ownBuffer({ trajectory, names }: Replayed, name: string, step: number): ArrayLike<number> {
  const slots = read(trajectory.slots, step);
  const ours = names.slots[name] ?? name;
  if (typeof ours === 'string') return named(slots, ours);
  return ours({ params: entry(trajectory.params, step - 1), slots, scalars: entry(trajectory.scalars, step - 1) }, names.hyper);
}
