import type { RacerConfig } from '../../engine/config.ts';
import { multiplierTable, warmupSteps } from '../../engine/schedules.ts';
import type { DivergenceCause } from '../../kernels/optimizer-runner.ts';
import type { OptimizerDefinition } from '../../optimizers/definition.ts';
import type { MetricSpec } from '../../workloads/definition.ts';
import { medianOrNull } from '../charts/bands.ts';
import type { RaceSamples, RunSamples } from '../store/samples.ts';

/** How a baseline came to its settings. */
export type Tuning =
  /** Exactly the committed tuned point. `runs` are its trials with all their seeds; `why` says how, or for which other settings, it was tuned. */
  | { readonly kind: 'tuned'; readonly trials: number; readonly runs: number; readonly matches: boolean; readonly why: string }
  /** Defaults, a published point, or values set by hand: no trial of this workload was spent. */
  | { readonly kind: 'untuned' };

/** One racer's results: medians over its seeds, in which a seed that did not get there counts as worse than any that did. */
export interface RacerSummary {
  readonly racerKey: string;
  readonly racer: RacerConfig;
  readonly definition: OptimizerDefinition;
  readonly label: string;
  readonly isHidden: boolean;
  readonly tuning: Tuning;
  readonly seeds: number;
  readonly horizonSteps: number;
  /** Every seed has reached its horizon or diverged. */
  readonly isOver: boolean;
  readonly seedsReached: number;
  readonly stepsToTarget: number | null;
  /** On the clock of the race, which all racers share. */
  readonly secondsToTarget: number | null;
  /** Median over seeds of the best evaluation. */
  readonly best: number | null;
  /** Median over seeds of the mean loss of the last steps. */
  readonly finalLoss: number | null;
  /** Median over seeds of the loss of the first step; as noisy as one mini-batch. */
  readonly firstLoss: number | null;
  readonly stateBytes: number;
  readonly divergedSeeds: number;
  /** The first step, counted from 1, at which a seed diverged, and why; null also where that is not known. */
  readonly divergedAt: number | null;
  readonly divergenceCause: DivergenceCause | null;
  /**
   * What the method's own diagnosis says about its first seed that is still finite, or else about one for which it has no step; it is named
   * when there are several.
   */
  readonly findings: readonly string[];
  /** Median over seeds of the last nominal multiplier at the schedule's peak; null where it is not what AdamW calls a learning rate. */
  readonly peakMultiplier: number | null;
}

export interface RaceSummary {
  readonly metric: MetricSpec | null;
  readonly target: RaceSamples['target'];
  readonly stepsDone: number;
  readonly totalSteps: number;
  readonly seeds: number;
  readonly isOver: boolean;
  /** Ended before its last step: nothing of it is to come. */
  readonly isStopped: boolean;
  readonly racers: readonly RacerSummary[];
}

export interface SummaryInput {
  readonly samples: RaceSamples;
  /** Whether the race runs, pauses or is about to. */
  readonly isActive: boolean;
  readonly metric: MetricSpec | null;
  readonly definitionOf: (optimizerId: string) => OptimizerDefinition | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly isHidden: (racerKey: string) => boolean;
  readonly tuningOf: (racer: RacerConfig, definition: OptimizerDefinition) => Tuning;
}

/** The final loss is the mean over this fraction of a run's steps: one mini-batch says little. */
const FINAL_FRACTION = 0.02;

export function isAtTarget(value: number, target: number, direction: MetricSpec['direction']): boolean {
  return direction === 'lower' ? value <= target : value >= target;
}

/** Steps with a finite loss, from the start. */
function stepsMade(run: RunSamples, samples: RaceSamples): number {
  const end = Math.min(samples.count, run.horizonSteps);
  return run.divergence ? Math.min(end, run.divergence.step) : end;
}

function reachedAt(run: RunSamples, target: number, direction: MetricSpec['direction']) {
  return run.evaluations.find(({ metrics: [value] }) => value !== undefined && isAtTarget(value, target, direction)) ?? null;
}

function bestOf(run: RunSamples, direction: MetricSpec['direction']): number | null {
  const values = run.evaluations.flatMap(({ metrics: [value] }) => (value !== undefined && Number.isFinite(value) ? [value] : []));
  if (values.length === 0) return null;
  return direction === 'lower' ? Math.min(...values) : Math.max(...values);
}

function finalLossOf(run: RunSamples, samples: RaceSamples): number | null {
  const loss = run.series[run.columns.indexOf('loss')];
  if (!loss || run.divergence) return null;
  const end = stepsMade(run, samples);
  const start = Math.max(0, end - Math.max(1, Math.round(run.horizonSteps * FINAL_FRACTION)));
  let sum = 0;
  for (let step = start; step < end; step++) sum += loss[step] ?? Number.NaN;
  const mean = sum / (end - start);
  return Number.isFinite(mean) ? mean : null;
}

function firstLossOf(run: RunSamples, samples: RaceSamples): number | null {
  const loss = run.series[run.columns.indexOf('loss')]?.[0];
  return loss !== undefined && stepsMade(run, samples) > 0 && Number.isFinite(loss) ? loss : null;
}

/** The nominal multiplier of the last step, had the schedule been at its peak. */
function peakMultiplierOf(run: RunSamples, racer: RacerConfig, definition: OptimizerDefinition, samples: RaceSamples): number | null {
  const last = stepsMade(run, samples) - 1;
  if (last < 0 || run.divergence) return null;
  const scalars = Object.fromEntries(
    definition.traces.map(({ id }) => [id, run.series[run.columns.indexOf(id)]?.[last] ?? Number.NaN] as const),
  );
  const value = definition.nominal.of(scalars, typeof racer.hyper.lr === 'number' ? racer.hyper.lr : 1);
  return Number.isFinite(value) && value > 0 ? value : null;
}

function findingsOf(
  run: RunSamples | undefined,
  racer: RacerConfig,
  definition: OptimizerDefinition,
  samples: RaceSamples,
): readonly string[] {
  if (!run) return [];
  // The step that a method does not have is part of the story: its schedule and its loss may say why.
  const end = stepsMade(run, samples) + (run.divergence?.cause === 'method' ? 1 : 0);
  const column = (name: string) => run.series[run.columns.indexOf(name)]?.subarray(0, end) ?? new Float32Array(0);
  const schedule = racer.schedule ?? samples.config.schedule;
  const findings = definition.diagnose({
    hyper: racer.hyper,
    steps: Array.from({ length: end }, (_, step) => step),
    trace: column,
    rmsStep: column('rmsStep'),
    loss: column('loss'),
    mult: multiplierTable(schedule, run.horizonSteps, end),
    warmupSteps: warmupSteps(schedule, run.horizonSteps),
    isFinished: end >= run.horizonSteps,
  });
  return samples.config.seeds > 1 ? findings.map((finding) => `Seed ${run.seed}: ${finding}`) : findings;
}

/** Median where larger is better: a missing value is again the worst. */
function medianOf(values: readonly (number | null)[], direction: MetricSpec['direction']): number | null {
  if (direction === 'lower') return medianOrNull(values);
  const negated = medianOrNull(values.map((value) => (value === null ? null : -value)));
  return negated === null ? null : -negated;
}

function summarizeRacer(racer: RacerConfig, definition: OptimizerDefinition, input: SummaryInput): RacerSummary {
  const { samples, metric } = input;
  const runs = samples.runs.filter(({ racerKey }) => racerKey === racer.key);
  const direction = metric?.direction ?? 'lower';
  const reached = samples.target ? runs.map((run) => reachedAt(run, samples.target?.value ?? Number.NaN, direction)) : runs.map(() => null);
  const diverged = runs.flatMap(({ divergence }) => divergence ?? []).sort((a, b) => a.step - b.step);
  const [first] = diverged;
  return {
    racerKey: racer.key,
    racer,
    definition,
    label: input.labels[racer.key] ?? definition.label,
    isHidden: input.isHidden(racer.key),
    tuning: input.tuningOf(racer, definition),
    seeds: runs.length,
    horizonSteps: runs[0]?.horizonSteps ?? 0,
    isOver: runs.every((run) => run.divergence !== null || samples.count >= run.horizonSteps),
    seedsReached: reached.filter((point) => point !== null).length,
    stepsToTarget: medianOrNull(reached.map((point) => point?.step ?? null)),
    secondsToTarget: medianOrNull(reached.map((point) => point?.seconds ?? null)),
    best: medianOf(
      runs.map((run) => bestOf(run, direction)),
      direction,
    ),
    finalLoss: medianOrNull(runs.map((run) => finalLossOf(run, samples))),
    firstLoss: medianOrNull(runs.map((run) => firstLossOf(run, samples))),
    stateBytes: runs[0]?.stateBytes ?? 0,
    divergedSeeds: diverged.length,
    divergedAt: first ? first.step + 1 : null,
    divergenceCause: first?.cause ?? null,
    findings: findingsOf(
      runs.find(({ divergence }) => divergence === null) ?? runs.find(({ divergence }) => divergence?.cause === 'method'),
      racer,
      definition,
      samples,
    ),
    peakMultiplier: definition.nominal.isAdamRate
      ? medianOrNull(runs.map((run) => peakMultiplierOf(run, racer, definition, samples)))
      : null,
  };
}

/** The results of a race so far. Racers whose optimizer this version does not know are left out. */
export function summarize(input: SummaryInput): RaceSummary {
  const { samples, metric } = input;
  const racers = samples.config.racers.flatMap((racer) => {
    const definition = input.definitionOf(racer.optimizer);
    return definition ? [summarizeRacer(racer, definition, input)] : [];
  });
  const isOver = racers.length > 0 && racers.every((racer) => racer.isOver);
  return {
    metric,
    target: samples.target,
    stepsDone: samples.count,
    totalSteps: samples.totalSteps,
    seeds: samples.config.seeds,
    isOver,
    isStopped: !isOver && !input.isActive,
    racers,
  };
}
