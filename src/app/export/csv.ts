import Papa from 'papaparse';
import type { RaceResult, RunResult } from '../../engine/result.ts';
import { shortestFloat32 } from '../../engine/result-json.ts';
import { findWorkload } from '../store/definitions.ts';
import { racerLabel } from '../store/labels.ts';

type Cell = string | number | boolean | null;
type Row = Readonly<Record<string, Cell>>;

/** Papa Parse's own expression lets text with a line break through. */
const FORMULA = /^[=+\-@\t\r\n]/;

/** RFC 4180. Text that a spreadsheet would run as a formula (leading = + - @ tab) is prefixed with an apostrophe; numbers are left alone. */
function toCsv(columns: readonly string[], rows: readonly Row[]): string {
  return Papa.unparse(
    { fields: [...columns], data: rows.map((row) => columns.map((column) => row[column] ?? null)) },
    { escapeFormulae: FORMULA, newline: '\r\n' },
  );
}

const cellOf = (value: number | undefined): number | null => (value === undefined ? null : shortestFloat32(Math.fround(value)));

/** The same at the point where gradients are taken: columns of races with an optimizer that is evaluated elsewhere. */
function gradientColumns({ runs }: RaceResult, metrics: readonly string[]): readonly string[] {
  const hasTwoPoints = runs.some(({ evaluations }) => evaluations.some(({ gradientPointMetrics }) => gradientPointMetrics !== undefined));
  return hasTwoPoints ? metrics.map((metric) => `${metric}_at_gradient_point`) : [];
}

/** Names of a workload's metrics as columns; recordings of unknown workloads number them. */
function metricColumns({ config, runs }: RaceResult): readonly string[] {
  const metrics = findWorkload(config.workload.id)?.metrics;
  if (metrics) return metrics.map(({ id }) => `validation_${id}`);
  const count = Math.max(0, ...runs.flatMap(({ evaluations }) => evaluations.map((point) => point.metrics.length)));
  return Array.from({ length: count }, (_, m) => `validation_${m + 1}`);
}

/** The best finite evaluation of every metric in its direction, as columns; none for unknown workloads, whose directions are unknown. */
function bestCells({ config }: RaceResult, { evaluations }: RunResult): Row {
  const metrics = findWorkload(config.workload.id)?.metrics ?? [];
  return Object.fromEntries(
    metrics.map(({ id, direction }, m) => {
      const values = evaluations.flatMap((point) => point.metrics[m] ?? []).filter(Number.isFinite);
      const best = direction === 'lower' ? Math.min(...values) : Math.max(...values);
      return [`best_validation_${id}`, values.length === 0 ? null : cellOf(best)];
    }),
  );
}

/** Who a row belongs to. */
function identityOf(result: RaceResult, index: number): Row {
  const run = result.runs[index];
  const racer = result.config.racers.find(({ key }) => key === run?.racerKey);
  return {
    racer: run?.racerKey ?? null,
    label: racer ? racerLabel(racer, result.config) : null,
    optimizer: racer?.optimizer ?? null,
    seed: run?.seed ?? null,
    fingerprint: result.fingerprints.find(({ seed }) => seed === run?.seed)?.hash ?? null,
  };
}

const IDENTITY = ['racer', 'label', 'optimizer', 'seed', 'fingerprint'] as const;

/**
 * All runs of a race in one table, a row per run and step. `step` counts completed steps; the row of step 0 holds the evaluation of the
 * starting point, the loss of a row is that of the mini-batch its step was computed from. Empty cells were not measured. Metrics are those
 * at the point that the optimizer says to evaluate; where gradients are taken elsewhere, those there have columns of their own.
 */
export function stepsCsv(result: RaceResult): string {
  const metrics = metricColumns(result);
  const atGradient = gradientColumns(result, metrics);
  const series = [...new Set(result.runs.flatMap(({ columns }) => columns))];
  const rows = result.runs.flatMap((run, index) => {
    const identity = identityOf(result, index);
    const points = new Map(run.evaluations.map((point) => [point.step, point]));
    const steps = run.series[0]?.length ?? 0;
    return Array.from({ length: steps + 1 }, (_, step): Row => {
      const point = points.get(step);
      return {
        ...identity,
        step,
        seconds: step === 0 ? 0 : cellOf(result.seconds[step - 1]),
        ...Object.fromEntries(run.columns.map((column, c) => [column, step === 0 ? null : cellOf(run.series[c]?.[step - 1])])),
        ...Object.fromEntries(metrics.map((metric, m) => [metric, point ? cellOf(point.metrics[m]) : null])),
        ...Object.fromEntries(atGradient.map((metric, m) => [metric, point ? cellOf(point.gradientPointMetrics?.[m]) : null])),
        diverged: run.divergence !== null && run.divergence.step === step - 1,
      };
    });
  });
  return toCsv([...IDENTITY, 'step', 'seconds', ...series, ...metrics, ...atGradient, 'diverged'], rows);
}

/** A row per run: everything it was made with and what came of it. */
export function runsCsv(result: RaceResult, link: string): string {
  const { config, backend } = result;
  const metrics = metricColumns(result);
  const hyper = [...new Set(config.racers.flatMap((racer) => Object.keys(racer.hyper)))];
  const rows = result.runs.map((run, index): Row => {
    const racer = config.racers.find(({ key }) => key === run.racerKey);
    const schedule = racer?.schedule ?? config.schedule;
    const last = run.evaluations.at(-1);
    return {
      ...identityOf(result, index),
      ...Object.fromEntries(hyper.map((name) => [name, hyperCell(racer?.hyper[name])])),
      label_smoothing: racer?.labelSmoothing ?? null,
      dropout: racer?.dropout ?? null,
      aux_dropout: racer?.auxDropout ?? null,
      schedule: schedule.kind,
      warmup: schedule.warmup,
      horizon: racer?.horizon ?? config.horizon,
      horizon_steps: run.horizonSteps,
      steps_made: run.series[0]?.length ?? 0,
      diverged_at_step: run.divergence ? run.divergence.step + 1 : null,
      divergence_cause: run.divergence?.cause ?? null,
      target: result.target?.value ?? null,
      steps_to_target: run.timeToTarget?.steps ?? null,
      seconds_to_target: run.timeToTarget?.seconds ?? null,
      ...Object.fromEntries(metrics.map((metric, m) => [`last_${metric}`, last ? cellOf(last.metrics[m]) : null])),
      ...bestCells(result, run),
      last_loss: cellOf(run.series[run.columns.indexOf('loss')]?.at(-1)),
      state_bytes: run.stateBytes,
      workload: config.workload.id,
      options: JSON.stringify(config.workload.options),
      batch: config.batch,
      backend: backend.id,
      adapter: backend.adapter,
      freestep_version: result.version,
      finished_at: result.finishedAt,
      link,
    };
  });
  const columns = rows[0] ? Object.keys(rows[0]) : [...IDENTITY];
  return toCsv(columns, rows);
}

function hyperCell(value: unknown): Cell {
  if (Array.isArray(value)) return value.join(' ');
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : null;
}
