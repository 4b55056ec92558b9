import { isImplemented, translate } from './arguments.ts';
import { compareDouble, compareSingle, type Deviation, readsOf } from './compare.ts';
import { type Ending, endingOf, hasEnding } from './ending.ts';
import { entry, follow } from './follow.ts';
import { type Problem, problemTensors } from './problems.ts';
import type { GoldenBatch, GoldenStepper } from './stepper.ts';
import type { GoldenRun, TrajectoryFile } from './trajectory.ts';

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
  /** How the run ended before the problem did; null where neither the recorded run nor ours ended early. */
  readonly ending: Ending | null;
  readonly verdict: 'ok' | 'failed';
}

export type FileReport = { readonly kind: 'replayed'; readonly runs: readonly RunReport[] } | { readonly kind: 'not implemented' };

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
  // Where a run ended early, ours has all the steps of the problem to do so.
  const steps = Math.max(...doubles.map((run) => (hasEnding(run) ? problem.steps : run.steps)));
  const batch: GoldenBatch = {
    tensors: problemTensors(problem),
    rows: doubles.map((run, row) => ({
      optimizer: entry(translated, row).optimizer,
      hyper: entry(translated, row).hyper,
      mult: multipliers(problem, run, steps),
    })),
    x0: problem.x0,
    steps,
  };
  const trajectories = await follow(batch, problem, stepper, readsOf(doubles));
  const reports = doubles.flatMap((double, row) => {
    const replayed = { trajectory: entry(trajectories, row), names: entry(translated, row), x0: problem.x0 };
    if (precision === 'double') {
      const window = double.stable_steps ?? double.steps;
      return [reportOf(name, double, double.steps, window, compareDouble(double, replayed), endingOf(double, replayed, problem, window))];
    }
    const recorded = runs.find(({ config, dtype }) => config === double.config && dtype === 'float32');
    if (!recorded) return [];
    const window = recorded['steps_within_1e-3'] ?? 0;
    const deviations = compareSingle(double, recorded, replayed);
    return [reportOf(name, recorded, double.steps, window, deviations, endingOf(recorded, replayed, problem, window))];
  });
  return { kind: 'replayed', runs: reports };
}

function reportOf(
  file: string,
  { config, dtype }: GoldenRun,
  steps: number,
  window: number,
  deviations: readonly Deviation[],
  ending: Ending | null,
): RunReport {
  const ratio = ({ value, allowed }: Deviation) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value / allowed);
  const none: Deviation = { what: 'params', step: 0, value: 0, allowed: 1 };
  const worst = deviations.reduce((most, next) => (ratio(next) > ratio(most) ? next : most), deviations[0] ?? none);
  const isWithin = ratio(worst) <= 1 && (ending?.isExpected ?? true);
  return { file, config, dtype, compared: Math.min(window, steps), steps, worst, ending, verdict: isWithin ? 'ok' : 'failed' };
}

/** Multipliers of every step; past the end of a recorded schedule its last value. */
function multipliers(problem: Problem, { schedule }: GoldenRun, steps: number): readonly number[] {
  if (schedule === 'none') return Array.from({ length: steps }, () => 1);
  const values = problem.schedules[schedule];
  if (!values || values.length < steps)
    throw new Error(`Schedule "${schedule}" is missing from the problem, or shorter than ${steps} steps.`);
  return values.slice(0, steps);
}
