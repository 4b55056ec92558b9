import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_RACERS, MAX_SEEDS, type RaceConfig } from './config.ts';
import { defaultRace } from './default-config.ts';
import { CODE_ERROR, codeSeries, decodeSeries } from './recording/codes.ts';
import { fillBetween, pickSteps } from './recording/steps.ts';
import { decodeRecording, encodeRecording, MAX_RECORDING_BYTES, RecordingError } from './recording.ts';
import type { RaceResult, RunResult } from './result.ts';

interface Shape {
  readonly racers: number;
  readonly seeds: number;
  readonly steps: number;
  readonly columns: number;
  readonly metrics: number;
}

/** A race of any size whose curves look like training: falling losses, growing estimates, one run that diverges. */
function raceOf({ racers, seeds, steps, columns, metrics }: Shape): RaceResult {
  const [base] = defaultRace.racers;
  if (!base) throw new Error('the default race has no racer');
  const config: RaceConfig = {
    ...defaultRace,
    seeds,
    racers: Array.from({ length: racers }, (_, i) => ({ ...base, key: 'abcdefgh'.charAt(i) })),
  };
  const runs: RunResult[] = config.racers.flatMap((racer, r) =>
    Array.from({ length: seeds }, (_, s) => {
      const hasDiverged = r === 1 && s === 0;
      const length = hasDiverged ? Math.ceil(steps / 3) : steps;
      const series = Array.from({ length: columns }, (_, c) =>
        Float32Array.from({ length }, (_, t) =>
          hasDiverged && t === length - 1
            ? Number.NaN
            : (c % 2 ? 1e-6 * 1.01 ** Math.min(t, 900) : 2.3 / (1 + t)) * (1 + 0.1 * Math.sin(t * (r + s + 1))),
        ),
      );
      const period = Math.ceil(steps / 40);
      const evaluations = Array.from({ length: Math.floor(length / period) + 1 }, (_, i) => ({
        step: i * period,
        seconds: (i * period) / 80,
        // Fractions of 397 rows are float64 numbers.
        metrics: Array.from({ length: metrics }, (_, m) => (m === 0 ? Math.round(360 / (1 + i)) / 397 : Math.fround(2.3 / (1 + i)))),
        // Every other racer is evaluated at two points.
        ...(r % 2 === 0 ? { gradientPointMetrics: Array.from({ length: metrics }, () => Math.fround(2.5 / (1 + i))) } : {}),
      }));
      return {
        racerKey: racer.key,
        seed: config.seed + s,
        horizonSteps: steps,
        columns: Array.from({ length: columns }, (_, c) => `column${c}`),
        stateBytes: 12_345,
        series,
        evaluations,
        divergence: hasDiverged ? { step: length - 1, cause: 'state' } : null,
        timeToTarget: hasDiverged ? null : { steps: 2 * period, seconds: 0.123456789 },
      };
    }),
  );
  return {
    format: 1,
    config,
    backend: { id: 'webgpu', adapter: 'google swiftshader', isSoftware: true, reason: 'forced by backend=webgpu' },
    version: '0.1.0',
    finishedAt: '2026-11-22T11:00:00.000Z',
    state: 'finished',
    fingerprints: Array.from({ length: seeds }, (_, i) => ({ seed: config.seed + i, hash: '0123456789ab' })),
    seconds: Float32Array.from({ length: steps }, (_, t) => (t + 1) * 0.0125),
    runs,
    target: { value: 0.0428, source: 'a source' },
  };
}

const usual: Shape = { racers: 4, seeds: 1, steps: 300, columns: 7, metrics: 2 };
const largest: Shape = { racers: MAX_RACERS, seeds: MAX_SEEDS, steps: 3000, columns: 10, metrics: 3 };

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  const finite = Array.from(expected).filter((value) => value > 0);
  const range = Math.log(Math.max(...finite) / Math.min(...finite));
  expect(actual).toHaveLength(expected.length);
  Array.from(expected).forEach((value, i) => {
    if (!Number.isFinite(value)) expect(actual[i]).toBe(value);
    // Half a code on the log scale, and float32's own rounding.
    else expect(Math.abs(Math.log((actual[i] as number) / value))).toBeLessThanOrEqual(CODE_ERROR * range + 2 ** -22);
  });
}

/** The metric that decides the target is kept exactly, the others are coded. */
function expectSameEvaluations(copy: RunResult, run: RunResult): void {
  const exact = ({ evaluations }: RunResult) => evaluations.map(({ step, seconds, metrics: [first] }) => ({ step, seconds, first }));
  const coded = ({ evaluations }: RunResult) => evaluations.map(({ metrics }) => metrics[1] as number);
  expect(exact(copy)).toEqual(exact(run));
  expectClose(coded(copy), coded(run));
  const atGradient = ({ evaluations }: RunResult) => evaluations.map(({ gradientPointMetrics }) => gradientPointMetrics);
  expect(atGradient(copy).map((values) => values?.length)).toEqual(atGradient(run).map((values) => values?.length));
  const first = (run: RunResult) => atGradient(run).flatMap((values) => values?.[0] ?? []);
  if (first(run).length > 0) expectClose(first(copy), first(run));
}

describe('a recording', () => {
  it('of a usual race keeps every step, and everything but the curves exactly', () => {
    const race = raceOf(usual);
    const { result, evaluationPeriod } = decodeRecording(encodeRecording(race));
    expect(evaluationPeriod).toBe(15);
    expect({ ...result, runs: [], seconds: [] }).toEqual({ ...race, runs: [], seconds: [] });
    race.runs.forEach((run, i) => {
      const copy = result.runs[i] as RunResult;
      expect({ ...copy, series: [], evaluations: [] }).toEqual({ ...run, series: [], evaluations: [] });
      expectSameEvaluations(copy, run);
      for (const [c, column] of run.series.entries()) expectClose(copy.series[c] as Float32Array, column);
    });
    expectClose(result.seconds, race.seconds);
  });

  it('of the largest race stays within 100 kB and keeps evaluations, ends and divergence', () => {
    const race = raceOf(largest);
    const json = encodeRecording(race);
    expect(new TextEncoder().encode(json).length).toBeLessThanOrEqual(MAX_RECORDING_BYTES);
    const { result } = decodeRecording(json);
    race.runs.forEach((run, i) => {
      const copy = result.runs[i] as RunResult;
      expectSameEvaluations(copy, run);
      expect(copy.divergence).toEqual(run.divergence);
      for (const [c, column] of run.series.entries()) {
        const ends = (values: Float32Array) => [values[0], values[1], values.at(-2), values.at(-1)] as number[];
        expectClose(ends(copy.series[c] as Float32Array), ends(column));
        expect((copy.series[c] as Float32Array).slice(0, -1).every(Number.isFinite)).toBe(true);
      }
    });
  });

  it('of any race fits, and reads back', { timeout: 120_000 }, () => {
    const shape = fc.record({
      racers: fc.integer({ min: 1, max: MAX_RACERS }),
      seeds: fc.integer({ min: 1, max: MAX_SEEDS }),
      steps: fc.integer({ min: 1, max: 1200 }),
      columns: fc.integer({ min: 4, max: 10 }),
      metrics: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(shape, (size) => {
        const json = encodeRecording(raceOf(size));
        expect(json.length).toBeLessThanOrEqual(MAX_RECORDING_BYTES);
        expect(decodeRecording(json).result.runs).toHaveLength(size.racers * size.seeds);
      }),
      { numRuns: 40 },
    );
  });

  it('made by version 0.1.0 has neither causes nor second points, and is shown', () => {
    const recording = JSON.parse(encodeRecording(raceOf(usual)));
    for (const run of recording.runs) {
      delete run.cause;
      delete run.gradientPointMetrics;
    }
    const { runs } = decodeRecording(JSON.stringify(recording)).result;
    expect(runs.map(({ divergence }) => divergence)).toEqual([null, { step: 99 }, null, null]);
    expect(runs.every(({ evaluations }) => evaluations.every((point) => !('gradientPointMetrics' in point)))).toBe(true);
  });

  it('of a race stopped before its first step is still one', () => {
    const race = raceOf({ ...usual, racers: 1, steps: 1 });
    const [run] = race.runs;
    const empty: RaceResult = {
      ...race,
      seconds: new Float32Array(0),
      runs: [{ ...(run as RunResult), series: usualColumns(), evaluations: [] }],
    };
    expect(decodeRecording(encodeRecording(empty)).result.seconds).toHaveLength(0);
  });
});

function usualColumns(): readonly Float32Array[] {
  return Array.from({ length: usual.columns }, () => new Float32Array(0));
}

describe('a file that is no recording', () => {
  const valid = encodeRecording(raceOf({ ...usual, steps: 20 }));

  it.each([
    ['', 'not JSON'],
    ['<!doctype html>', 'not JSON'],
    ['null', 'not a recording'],
    ['[]', 'not a recording'],
    ['{"format":"freestep-recording"}', 'not a recording'],
    [valid.replace('"version":1', '"version":2'), 'version'],
    [valid.replace('"adamw"', '"unheard"'), "no optimizer 'unheard'"],
    [valid.replace('"batch":64', '"batch":1e9'), 'batch size'],
    [valid.replace('"racer":"a"', '"racer":"z"'), 'racer "z"'],
    [valid.replace('"length":20', '"length":19'), 'damaged'],
    [valid.replace(/"series":\["../, '"series":["'), 'damaged'],
    [valid.replace(/"series":\["../, '"series":["!!'), 'damaged'],
    [valid.replace(/"series":\["../, '"series":["__'), 'damaged'],
    [valid.replace('"steps":null', '"steps":[5,4]'), 'steps must ascend'],
    [valid.replace('"steps":null', '"steps":[0,999]'), 'damaged'],
    [valid.replaceAll('"horizonSteps":20', '"horizonSteps":900000'), 'longer race'],
    [`${valid}${' '.repeat(MAX_RECORDING_BYTES)}`, 'larger than 100 kB'],
    ['['.repeat(90_000), 'not JSON'],
  ])('is refused with the reason (%#)', (json, reason) => {
    expect(() => decodeRecording(json)).toThrow(RecordingError);
    expect(() => decodeRecording(json)).toThrow(reason);
  });

  it('never gives anything but a recording or that error, however it was changed', () => {
    fc.assert(
      fc.property(fc.nat(valid.length), fc.nat(20), fc.string({ maxLength: 12 }), (at, cut, insert) => {
        try {
          decodeRecording(valid.slice(0, at) + insert + valid.slice(at + cut));
        } catch (error) {
          expect(error).toBeInstanceOf(RecordingError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('coded series', () => {
  it('keep zero, infinities, NaN and both ends exactly', () => {
    const values = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Math.fround(1e-6), Math.fround(123.456)];
    expect(Array.from(decodeSeries(codeSeries(values), values.length) ?? [])).toEqual(values.map((value) => (value === 0 ? 0 : value)));
  });

  it('keep negative values on a linear scale', () => {
    const values = [-3, -1, 0, 0.5, 2];
    const decoded = decodeSeries(codeSeries(values), values.length) ?? [];
    values.forEach((value, i) => {
      // Half a code of the range, 5, and float32's own rounding.
      expect(Math.abs((decoded[i] as number) - value)).toBeLessThanOrEqual(5 * CODE_ERROR + 2 ** -22);
    });
  });
});

describe('recorded steps', () => {
  it('ascend, contain what is required and are about as many as asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 16, max: 500 }),
        fc.array(fc.nat(6000), { maxLength: 10 }),
        (count, limit, required) => {
          const steps = pickSteps(count, limit, required);
          expect(steps.every((step, i) => step < count && (i === 0 || step > (steps[i - 1] as number)))).toBe(true);
          for (const step of required) if (step < count) expect(steps).toContain(step);
          expect(steps.at(-1)).toBe(count - 1);
          // The even ones are at least two, whatever was required.
          expect(steps.length).toBeLessThanOrEqual(limit + required.length + 2);
        },
      ),
    );
  });

  it('are joined as a chart joins them, and not across a gap', () => {
    const filled = fillBetween(Float32Array.from([1, 4, Number.NaN, 2]), [0, 2, 4, 6], 8);
    expect(Array.from(filled)).toEqual([1, 2, 4, Number.NaN, Number.NaN, Number.NaN, 2, Number.NaN]);
  });
});
