import * as v from 'valibot';
import { DIVERGENCE_CAUSES } from '../kernels/optimizer-runner.ts';
import { type RaceConfig, SCHEDULE_KINDS } from './config.ts';
import type { RaceResult } from './result.ts';

/**
 * A race result as JSON: what Export writes and the headless runner prints. Typed arrays become arrays of numbers, float32 values with the
 * fewest digits that read back exactly, everything that is not finite (not observed, diverged) becomes null.
 */

const nullableNumber = v.nullable(v.number());
const finiteText = v.pipe(v.string(), v.maxLength(400));

const hyperValue = v.union([v.number(), v.boolean(), v.pipe(v.string(), v.maxLength(100)), v.pipe(v.array(v.number()), v.maxLength(64))]);
const schedule = v.strictObject({ kind: v.picklist(SCHEDULE_KINDS), warmup: v.number() });
const raceConfig = v.strictObject({
  workload: v.strictObject({ id: finiteText, options: v.record(v.string(), v.union([v.number(), finiteText])) }),
  batch: v.number(),
  seed: v.number(),
  seeds: v.number(),
  horizon: v.number(),
  schedule,
  racers: v.array(
    v.strictObject({
      key: finiteText,
      optimizer: finiteText,
      hyper: v.record(v.string(), hyperValue),
      labelSmoothing: v.number(),
      dropout: v.number(),
      auxDropout: v.optional(v.number(), 0),
      schedule: v.nullable(schedule),
      horizon: v.nullable(v.number()),
      hidden: v.boolean(),
    }),
  ),
});

const target = v.nullable(v.strictObject({ value: v.number(), source: finiteText }));

const raceResult = v.strictObject({
  format: v.literal(1),
  config: raceConfig,
  backend: v.strictObject({ id: v.picklist(['webgpu', 'wasm']), adapter: finiteText, isSoftware: v.boolean(), reason: finiteText }),
  version: finiteText,
  finishedAt: v.pipe(v.string(), v.isoTimestamp()),
  state: v.picklist(['finished', 'stopped']),
  fingerprints: v.array(v.strictObject({ seed: v.number(), hash: finiteText })),
  seconds: v.array(nullableNumber),
  runs: v.array(
    v.strictObject({
      racerKey: finiteText,
      seed: v.number(),
      horizonSteps: v.number(),
      columns: v.array(finiteText),
      stateBytes: v.number(),
      series: v.array(v.array(nullableNumber)),
      evaluations: v.array(
        v.strictObject({
          step: v.number(),
          seconds: v.number(),
          metrics: v.array(nullableNumber),
          gradientPointMetrics: v.exactOptional(v.array(nullableNumber)),
        }),
      ),
      divergence: v.nullable(v.strictObject({ step: v.number(), cause: v.exactOptional(v.picklist(DIVERGENCE_CAUSES)) })),
      timeToTarget: v.nullable(v.strictObject({ steps: v.number(), seconds: v.number() })),
    }),
  ),
  target,
});

/** The JSON document's value; `JSON.stringify` of it is the file. */
export type RaceResultJson = v.InferOutput<typeof raceResult>;

/** Fewest digits (at most 9) that read back as the same float32. */
export function shortestFloat32(value: number): number | null {
  if (!Number.isFinite(value)) return null;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

const toNumbers = (values: ArrayLike<number>): (number | null)[] => Array.from(values, shortestFloat32);
const toFloat32 = (values: readonly (number | null)[]): Float32Array => Float32Array.from(values, (value) => value ?? Number.NaN);
const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** An evaluation with other values for its metrics, at both points where there are two. */
function mapMetrics<From, To>(
  point: { readonly step: number; readonly seconds: number; readonly metrics: From; readonly gradientPointMetrics?: From },
  map: (metrics: From) => To,
) {
  const { step, seconds, metrics, gradientPointMetrics } = point;
  return {
    step,
    seconds,
    metrics: map(metrics),
    ...(gradientPointMetrics === undefined ? {} : { gradientPointMetrics: map(gradientPointMetrics) }),
  };
}

export function resultToJson(result: RaceResult): RaceResultJson {
  return {
    ...result,
    config: structuredClone(result.config) as RaceResultJson['config'],
    backend: { ...result.backend },
    fingerprints: result.fingerprints.map((fingerprint) => ({ ...fingerprint })),
    seconds: toNumbers(result.seconds),
    runs: result.runs.map((run) => ({
      racerKey: run.racerKey,
      seed: run.seed,
      horizonSteps: run.horizonSteps,
      columns: [...run.columns],
      stateBytes: run.stateBytes,
      series: run.series.map(toNumbers),
      evaluations: run.evaluations.map((point) => mapMetrics(point, (metrics) => metrics.map(finiteOrNull))),
      divergence: run.divergence,
      timeToTarget: run.timeToTarget,
    })),
    target: result.target,
  };
}

/** Why a document is not a race result. */
export class ResultFormatError extends Error {
  override readonly name = 'ResultFormatError';
}

/** Reads a parsed JSON document; throws `ResultFormatError` naming the first entry that does not fit. */
export function resultFromJson(value: unknown): RaceResult {
  const parsed = v.safeParse(raceResult, value);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw new ResultFormatError(`not a Freestep race result: ${v.getDotPath(issue) ?? 'document'}: ${issue.message}`);
  }
  const { output } = parsed;
  return {
    ...output,
    config: output.config as RaceConfig,
    seconds: toFloat32(output.seconds),
    runs: output.runs.map((run) => ({
      ...run,
      series: run.series.map(toFloat32),
      evaluations: run.evaluations.map((point) => mapMetrics(point, (metrics) => metrics.map((metric) => metric ?? Number.NaN))),
    })),
  };
}

/** The configuration part alone, for files that hold just a race configuration. Throws `ResultFormatError`. */
export function configFromJson(value: unknown): RaceConfig {
  const parsed = v.safeParse(raceConfig, value);
  if (parsed.success) return parsed.output as RaceConfig;
  const issue = parsed.issues[0];
  throw new ResultFormatError(`not a Freestep race configuration: ${v.getDotPath(issue) ?? 'document'}: ${issue.message}`);
}
