import * as v from 'valibot';

const numbers = v.custom<readonly (number | null)[]>((value) => Array.isArray(value), 'expected a list');
const vectors = v.custom<readonly (readonly number[])[]>(
  (value) => Array.isArray(value) && value.every(Array.isArray),
  'expected a list of lists',
);

const runSchema = v.object({
  config: v.string(),
  dtype: v.picklist(['float64', 'float32']),
  args: v.record(v.string(), v.unknown()),
  schedule: v.string(),
  steps: v.pipe(v.number(), v.integer()),
  /** Step counts (1 = after the first step) whose vectors are stored; absent = every step. */
  kept_steps: v.optional(v.array(v.number())),
  dense: v.optional(v.boolean()),
  loss: numbers,
  params: vectors,
  /** Schedule-Free: the averaged point, and the base iterate; DoG: the average. As `params`, at the same steps. */
  eval_params: v.optional(vectors),
  avg_params: v.optional(vectors),
  z: v.optional(vectors),
  scalars: v.optional(v.record(v.string(), v.array(v.union([v.null(), v.number(), v.array(v.union([v.null(), v.number()]))])))),
  final_state: v.optional(v.nullable(v.record(v.string(), v.unknown()))),
  /** Largest deviation under a relative perturbation of 1e-11, divided by 1e-11 (float64 runs). */
  amplification: v.optional(v.nullable(v.number())),
  stable_steps: v.optional(v.nullable(v.number())),
  max_rel_diff_from_float64: v.optional(v.nullable(v.number())),
  'steps_within_1e-3': v.optional(v.nullable(v.number())),
  /** The run ended early, at a step (from 1) that is not recorded: its parameters left the bounds, or the package raised an error. */
  stopped: v.optional(v.object({ reason: v.string(), at_step: v.number() })),
  raises: v.optional(v.object({ type: v.string(), at_step: v.number() })),
});

export const trajectoryFileSchema = v.object({
  meta: v.object({ optimizer: v.string(), problem: v.string(), defaults: v.record(v.string(), v.unknown()) }),
  runs: v.array(runSchema),
});

/** One recorded run of an optimizer's own package. */
export type GoldenRun = v.InferOutput<typeof runSchema>;
export type TrajectoryFile = v.InferOutput<typeof trajectoryFileSchema>;

/** Step counts (1 = after the first step) of the rows of `params`. */
export function storedSteps(run: GoldenRun): readonly number[] {
  return run.kept_steps ?? run.params.map((_, index) => index + 1);
}

/** The recorded point to evaluate, where the package has one besides `params`. */
export function evaluationPoints(run: GoldenRun): readonly (readonly number[])[] | undefined {
  return run.eval_params ?? run.avg_params;
}

/** Step counts of the entries of `loss` and `scalars`. */
export function scalarSteps(run: GoldenRun): readonly number[] {
  return run.dense === false && run.kept_steps ? run.kept_steps : Array.from({ length: run.steps }, (_, index) => index + 1);
}
