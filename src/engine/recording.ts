/**
 * A race small enough to travel with a page: at most 100 kB of JSON, whatever the race. Series are 16-bit codes at all steps or, when that
 * would be too much, at some steps common to all runs; the metric that decides the target, divergence and everything said about the race are
 * kept exactly.
 */
import * as v from 'valibot';
import { DIVERGENCE_CAUSES } from '../kernels/optimizer-runner.ts';
import { workloadOf } from './catalogue.ts';
import { MAX_RACERS, MAX_SEEDS, type RaceConfig } from './config.ts';
import { codeSeries, decodeSeries, packExactly, unpackExactly } from './recording/codes.ts';
import { fillBetween, pickSteps } from './recording/steps.ts';
import type { EvaluationPoint, RaceResult, RunResult } from './result.ts';
import { configFromJson } from './result-json.ts';
import { evaluationPeriod } from './runs.ts';
import { validateRace } from './validate.ts';

/** A recording is never longer than this, in bytes of UTF-8. */
export const MAX_RECORDING_BYTES = 100_000;

/** What a recording becomes in memory is bounded too: values over all runs, columns and steps. */
const MAX_VALUES = 10_000_000;
const MAX_RUNS = MAX_RACERS * MAX_SEEDS;
const MAX_STEPS = 1_000_000;

const text = v.pipe(v.string(), v.maxLength(400));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_STEPS));
const finite = v.pipe(v.number(), v.finite());
const base64 = v.string();
const ascending = v.check<number[], string>(
  (steps) => steps.every((step, i) => i === 0 || step > (steps[i - 1] as number)),
  'steps must ascend',
);

const document = v.strictObject({
  format: v.literal('freestep-recording'),
  version: v.literal(1),
  config: v.unknown(),
  backend: v.strictObject({ id: v.picklist(['webgpu', 'wasm']), adapter: text, isSoftware: v.boolean(), reason: text }),
  madeBy: text,
  finishedAt: v.pipe(v.string(), v.isoTimestamp()),
  state: v.picklist(['finished', 'stopped']),
  fingerprints: v.pipe(v.array(v.strictObject({ seed: v.number(), hash: text })), v.maxLength(MAX_SEEDS)),
  target: v.nullable(v.strictObject({ value: finite, source: text })),
  /** Race steps made, and those of them that are recorded; null means all. */
  count,
  steps: v.nullable(v.pipe(v.array(count), ascending)),
  seconds: base64,
  /** Column names; runs say which list is theirs. */
  columns: v.array(v.pipe(v.array(text), v.maxLength(64))),
  /** Steps at which some run was evaluated, with training seconds. */
  evaluations: v.strictObject({
    steps: v.pipe(v.array(count), ascending),
    seconds: v.array(finite),
    metrics: v.pipe(count, v.maxValue(16)),
  }),
  runs: v.pipe(
    v.array(
      v.strictObject({
        racer: text,
        seed: v.number(),
        horizonSteps: count,
        columns: count,
        stateBytes: v.pipe(v.number(), v.minValue(0)),
        length: count,
        series: v.array(base64),
        /** One value per common evaluation step, NaN where this run was not evaluated: the first metric exactly, the others coded. */
        metrics: v.array(base64),
        /** The same where gradients are taken, all coded; there for optimizers that are evaluated elsewhere. */
        gradientPointMetrics: v.exactOptional(v.array(base64)),
        divergedAt: v.nullable(count),
        cause: v.exactOptional(v.picklist(DIVERGENCE_CAUSES)),
        toTarget: v.nullable(v.strictObject({ steps: count, seconds: finite })),
      }),
    ),
    v.minLength(1),
    v.maxLength(MAX_RUNS),
  ),
});
type RecordingDocument = v.InferOutput<typeof document>;

/** Why a file is not a recording that can be shown. The message is a full sentence for the reader. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}

/** A recorded race, ready to be shown. */
export interface Recording {
  /** As measured, to 1 / 100,000 of each series' range; between recorded steps as a chart would join them. */
  readonly result: RaceResult;
  readonly evaluationPeriod: number;
}

const size = (json: string) => new TextEncoder().encode(json).length;
const short = (value: number, digits: number) => Number(value.toPrecision(digits));

/** Runs of one optimizer have the same columns: they are written once. */
const layoutOf = (run: RunResult) => JSON.stringify(run.columns);

function encodeRun(
  run: RunResult,
  layouts: readonly string[],
  steps: readonly number[],
  evaluationSteps: readonly number[],
  metrics: number,
): RecordingDocument['runs'][number] {
  const length = run.series[0]?.length ?? 0;
  const own = steps.filter((step) => step < length);
  const points = new Map(run.evaluations.map((point) => [point.step, point]));
  const metricAt = (m: number) => evaluationSteps.map((step) => points.get(step)?.metrics[m] ?? Number.NaN);
  const atGradient = (m: number) => evaluationSteps.map((step) => points.get(step)?.gradientPointMetrics?.[m] ?? Number.NaN);
  const hasTwoPoints = run.evaluations.some(({ gradientPointMetrics }) => gradientPointMetrics !== undefined);
  return {
    racer: run.racerKey,
    seed: run.seed,
    horizonSteps: run.horizonSteps,
    columns: layouts.indexOf(layoutOf(run)),
    stateBytes: run.stateBytes,
    length,
    series: run.series.map((column) => codeSeries(own.map((step) => column[step] ?? Number.NaN))),
    metrics: Array.from({ length: metrics }, (_, m) => (m === 0 ? packExactly(metricAt(m)) : codeSeries(metricAt(m)))),
    ...(hasTwoPoints ? { gradientPointMetrics: Array.from({ length: metrics }, (_, m) => codeSeries(atGradient(m))) } : {}),
    divergedAt: run.divergence?.step ?? null,
    ...(run.divergence?.cause === undefined ? {} : { cause: run.divergence.cause }),
    toTarget: run.timeToTarget,
  };
}

function encodeWith(result: RaceResult, limit: number): string {
  const length = result.seconds.length;
  const ends = result.runs.flatMap((run) => [(run.series[0]?.length ?? 0) - 2, (run.series[0]?.length ?? 0) - 1]);
  const steps = pickSteps(length, limit, [0, 1, ...ends]);
  const seconds = new Map(result.runs.flatMap((run) => run.evaluations.map((point) => [point.step, point.seconds] as const)));
  const evaluationSteps = [...seconds.keys()].sort((a, b) => a - b);
  const metrics = Math.max(0, ...result.runs.flatMap((run) => run.evaluations.map((point) => point.metrics.length)));
  const layouts = [...new Set(result.runs.map(layoutOf))];
  const recording: RecordingDocument = {
    format: 'freestep-recording',
    version: 1,
    config: result.config,
    backend: { ...result.backend },
    madeBy: result.version,
    finishedAt: result.finishedAt,
    state: result.state,
    fingerprints: result.fingerprints.map((fingerprint) => ({ ...fingerprint })),
    target: result.target,
    count: length,
    steps: steps.length === length ? null : [...steps],
    seconds: codeSeries(steps.map((step) => result.seconds[step] ?? Number.NaN)),
    columns: layouts.map((layout) => JSON.parse(layout) as string[]),
    evaluations: { steps: evaluationSteps, seconds: evaluationSteps.map((step) => short(seconds.get(step) ?? 0, 6)), metrics },
    runs: result.runs.map((run) => encodeRun(run, layouts, steps, evaluationSteps, metrics)),
  };
  return JSON.stringify(recording);
}

/**
 * The recording of a race as JSON text of at most `maxBytes` bytes.
 * @throws RecordingError when not even 8 steps fit, which no race that can be configured reaches at the default size.
 */
export function encodeRecording(result: RaceResult, maxBytes = MAX_RECORDING_BYTES): string {
  let limit = result.seconds.length;
  for (;;) {
    const json = encodeWith(result, limit);
    const bytes = size(json);
    if (bytes <= maxBytes) return json;
    if (limit <= 8) throw new RecordingError(`This race needs ${bytes} bytes as a recording; at most ${maxBytes} are allowed.`);
    // What does not grow with the number of steps makes this shrink too little at first; it converges in a few rounds.
    limit = Math.max(8, Math.floor(limit * Math.min(0.95, maxBytes / bytes)));
  }
}

function parse(json: string): RecordingDocument {
  if (json.length > MAX_RECORDING_BYTES || size(json) > MAX_RECORDING_BYTES) {
    throw new RecordingError(`The recording is larger than ${MAX_RECORDING_BYTES / 1000} kB, so it is not shown.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new RecordingError('The recording is not JSON. Its address may be wrong, or the server answers with a page instead of the file.');
  }
  const parsed = v.safeParse(document, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new RecordingError(
    `This is not a recording that this version of Freestep can show: ${v.getDotPath(issue) ?? 'document'}: ${issue.message}`,
  );
}

function decodeConfig(value: unknown): RaceConfig {
  let config: RaceConfig;
  try {
    config = configFromJson(value);
  } catch (error) {
    throw new RecordingError(`The recording's race cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const [problem] = validateRace(config);
  if (problem) throw new RecordingError(`The recording's race is not one that this version of Freestep knows: ${problem.message}`);
  return config;
}

const damaged = (what: string) => new RecordingError(`The recording is damaged: ${what} does not have the length it should have.`);

function decodeEvaluations(run: RecordingDocument['runs'][number], { evaluations }: RecordingDocument): readonly EvaluationPoint[] {
  const { steps, seconds, metrics } = evaluations;
  const values = run.metrics.map((coded, m) => (m === 0 ? unpackExactly : decodeSeries)(coded, steps.length));
  const atGradient = run.gradientPointMetrics?.map((coded) => decodeSeries(coded, steps.length));
  for (const columns of [values, ...(atGradient ? [atGradient] : [])]) {
    if (columns.length !== metrics || columns.includes(null) || seconds.length !== steps.length) {
      throw damaged(`the list of evaluations of racer ${run.racer}`);
    }
  }
  const rowOf = (columns: typeof values, i: number) => columns.map((metric) => metric?.[i] ?? Number.NaN);
  return steps.flatMap((step, i) => {
    const row = rowOf(values, i);
    if (row.every(Number.isNaN)) return [];
    const point = { step, seconds: seconds[i] as number, metrics: row };
    return [atGradient ? { ...point, gradientPointMetrics: rowOf(atGradient, i) } : point];
  });
}

function decodeRun(run: RecordingDocument['runs'][number], recording: RecordingDocument, steps: readonly number[]): RunResult {
  const columns = recording.columns[run.columns];
  if (!columns || run.length > recording.count || run.length > run.horizonSteps || run.series.length !== columns.length) {
    throw damaged(`racer ${run.racer}`);
  }
  const own = steps.filter((step) => step < run.length);
  return {
    racerKey: run.racer,
    seed: run.seed,
    horizonSteps: run.horizonSteps,
    columns,
    stateBytes: run.stateBytes,
    series: run.series.map((coded, c) => {
      const values = decodeSeries(coded, own.length);
      if (!values) throw damaged(`${columns[c]} of racer ${run.racer}`);
      return fillBetween(values, own, run.length);
    }),
    evaluations: decodeEvaluations(run, recording),
    divergence: run.divergedAt === null ? null : { step: run.divergedAt, ...(run.cause === undefined ? {} : { cause: run.cause }) },
    timeToTarget: run.toTarget,
  };
}

/** Reads a recording. Throws RecordingError for anything else, however large or malformed. */
export function decodeRecording(json: string): Recording {
  const recording = parse(json);
  const config = decodeConfig(recording.config);
  const values = recording.runs.reduce((sum, run) => sum + run.series.length * Math.max(run.length, run.horizonSteps), 0);
  if (values > MAX_VALUES) throw new RecordingError('The recording claims to be of a longer race than Freestep can show.');
  const keys = new Set(config.racers.map(({ key }) => key));
  const stranger = recording.runs.find((run) => !keys.has(run.racer));
  if (stranger) throw new RecordingError(`The recording has a run of racer "${stranger.racer}", which its race does not have.`);
  const steps = recording.steps ?? Array.from({ length: recording.count }, (_, step) => step);
  if ((steps.at(-1) ?? -1) >= recording.count) throw damaged('the list of steps');
  const seconds = decodeSeries(recording.seconds, steps.length);
  if (!seconds) throw damaged('the list of seconds');
  return {
    result: {
      format: 1,
      config,
      backend: recording.backend,
      version: recording.madeBy,
      finishedAt: recording.finishedAt,
      state: recording.state,
      fingerprints: recording.fingerprints,
      seconds: fillBetween(seconds, steps, recording.count),
      runs: recording.runs.map((run) => decodeRun(run, recording, steps)),
      target: recording.target,
    },
    evaluationPeriod: evaluationPeriod(workloadOf(config.workload.id).maxSteps(config.workload.options)),
  };
}
