import type { RacerConfig } from '../../engine/config.ts';
import { raceSeries } from '../charts/race-series.ts';
import type { RaceSamples } from '../store/samples.ts';
import { formatExact, formatInteger, formatNumber } from '../ui/format.ts';
import { baselineOf } from './headline.ts';
import { metricText } from './metric-text.ts';
import type { RacerSummary, RaceSummary } from './summary.ts';

/** A hyperparameter that a finding says to change, as a racer to add. */
export interface Remedy {
  readonly label: string;
  readonly hyper: RacerConfig['hyper'];
}

/** Why a racer did what it did: findings, its step against the baseline's, and what to try. */
export interface Explanation {
  readonly sentences: readonly string[];
  readonly remedy: Remedy | null;
}

export function explain(racer: RacerSummary, summary: RaceSummary, samples: RaceSamples): Explanation {
  return {
    sentences: [...outcome(racer, summary), ...racer.findings, ...stepComparison(racer, summary, samples)],
    remedy: remedyOf(racer),
  };
}

/** The finding a table has room for: what went wrong first, then what the method says of itself. */
export function note(racer: RacerSummary, summary: RaceSummary): string {
  return [...outcome(racer, summary), ...racer.findings][0] ?? '';
}

function outcome(racer: RacerSummary, { target, metric }: RaceSummary): readonly string[] {
  const { divergedSeeds, divergedAt, seeds, isOver, stepsToTarget, best, horizonSteps, seedsReached } = racer;
  if (divergedSeeds > 0) {
    const which = seeds === 1 ? 'Diverged' : `${divergedSeeds} of ${seeds} seeds diverged, the first`;
    return [`${which} at step ${formatInteger(divergedAt)}. A smaller learning rate or multiplier, or a longer warmup, would help.`];
  }
  if (!target || !isOver) return [];
  if (stepsToTarget === null) {
    const some = seedsReached > 0 ? ` in ${seeds - seedsReached} of ${seeds} seeds` : '';
    return [
      `Did not reach ${metricText(target.value, metric)} in ${formatInteger(horizonSteps)} steps${some}; best was ${metricText(best, metric)}.`,
    ];
  }
  return [];
}

/** The measured step at the middle of the shown steps, where schedules are the same and warmup is over. */
function stepComparison(racer: RacerSummary, summary: RaceSummary, samples: RaceSamples): readonly string[] {
  const baseline = baselineOf(summary.racers.filter(({ racerKey }) => racerKey !== racer.racerKey));
  if (!baseline || summary.stepsDone < 2) return [];
  const series = raceSeries(samples);
  const step = Math.floor(Math.min(summary.stepsDone, racer.horizonSteps, baseline.horizonSteps) / 2);
  const own = series.column(racer.racerKey, 'rmsStep')?.median[step];
  const other = series.column(baseline.racerKey, 'rmsStep')?.median[step];
  if (own === undefined || other === undefined || !(own > 0) || !(other > 0)) return [];
  return [
    `At step ${formatInteger(step)} its measured step was ${formatNumber(own)}, ${formatNumber(own / other)} times that of ${baseline.label} (${formatNumber(other)}).`,
  ];
}

/** Findings name a knob as `Try d0 = 1e-5`; the name must be one of the method's own numbers and the value within its range. */
function remedyOf({ findings, definition, racer }: RacerSummary): Remedy | null {
  for (const finding of findings) {
    const [, name, text] = /\bTry (\w+) = ([\d.]+(?:e-?\d+)?)/.exec(finding) ?? [];
    const spec = name === undefined ? undefined : definition.hyper[name];
    const value = Number(text?.replace(/\.$/, ''));
    if (name === undefined || spec?.kind !== 'number' || !(value >= spec.min && value <= spec.max) || racer.hyper[name] === value) continue;
    return { label: `Add a racer with ${name} = ${formatExact(value)}`, hyper: { ...racer.hyper, [name]: value } };
  }
  return null;
}
