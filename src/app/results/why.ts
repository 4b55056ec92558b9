import type { RacerConfig } from '../../engine/config.ts';
import { divergenceSentence } from '../../engine/divergence.ts';
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
    sentences: [
      ...divergence(racer),
      ...racer.findings,
      ...risenLoss(racer),
      ...missedTarget(racer, summary),
      ...stepComparison(racer, summary, samples),
    ],
    remedy: remedyOf(racer),
  };
}

/** What a table has room for: divergence, or else what the method says of itself and that nothing was learnt. */
export function note(racer: RacerSummary): string {
  return divergence(racer)[0] ?? [...racer.findings.slice(0, 1), ...risenLoss(racer)].join(' ');
}

function divergence({ divergedSeeds, divergedAt, divergenceCause, seeds, definition }: RacerSummary): readonly string[] {
  if (divergedSeeds === 0) return [];
  const which = seeds === 1 ? 'Diverged' : `${divergedSeeds} of ${seeds} seeds diverged, the first`;
  const sentence = divergenceSentence(`${which} at step ${formatInteger(divergedAt)}`, divergenceCause, definition.program.failure);
  // A method that has no step says itself what to change.
  return [divergenceCause === 'method' ? sentence : `${sentence} A smaller learning rate or multiplier, or a longer warmup, would help.`];
}

/** For runs that stayed finite and learnt nothing. The first steps of a run may well rise, so only its end counts. */
function risenLoss({ isOver, firstLoss, finalLoss }: RacerSummary): readonly string[] {
  if (!isOver || firstLoss === null || finalLoss === null || finalLoss <= firstLoss) return [];
  const [first, final] = [formatNumber(firstLoss), formatNumber(finalLoss)];
  return first === final ? [] : [`The loss rose from ${first} to ${final}.`];
}

function missedTarget(racer: RacerSummary, { target, metric }: RaceSummary): readonly string[] {
  const { divergedSeeds, seeds, isOver, stepsToTarget, best, horizonSteps, seedsReached } = racer;
  if (!target || !isOver || stepsToTarget !== null || divergedSeeds > 0) return [];
  const some = seedsReached > 0 ? ` in ${seeds - seedsReached} of ${seeds} seeds` : '';
  return [
    `Did not reach ${metricText(target.value, metric)} in ${formatInteger(horizonSteps)} steps${some}; best was ${metricText(best, metric)}.`,
  ];
}

/** The measured step at the middle of the shown steps, where schedules are the same and warmup is over. */
function stepComparison(racer: RacerSummary, summary: RaceSummary, samples: RaceSamples): readonly string[] {
  const baseline = baselineOf({ ...summary, racers: summary.racers.filter(({ racerKey }) => racerKey !== racer.racerKey) });
  if (!baseline || summary.stepsDone < 2) return [];
  const series = raceSeries(samples);
  const step = Math.floor(Math.min(summary.stepsDone, racer.horizonSteps, baseline.horizonSteps) / 2);
  const index = step - 1;
  const own = series.column(racer.racerKey, 'rmsStep')?.median[index];
  const other = series.column(baseline.racerKey, 'rmsStep')?.median[index];
  if (own === undefined || other === undefined || !(own > 0) || !(other > 0)) return [];
  return [
    `At step ${formatInteger(step)} its measured step was ${formatNumber(own)}, ${formatNumber(own / other)} times that of ${baseline.label} (${formatNumber(other)}).`,
  ];
}

/** Findings name a knob by its label, `Try d0 = 1e-5`; it must be one of the method's own numbers and the value within its range. */
function remedyOf({ findings, definition, racer }: RacerSummary): Remedy | null {
  for (const finding of findings) {
    const [, label, text] = /\bTry (\w+) = ([\d.]+(?:e-?\d+)?)/.exec(finding) ?? [];
    const [name, spec] = Object.entries(definition.hyper).find(([, hyper]) => hyper.label === label) ?? [];
    const value = Number(text?.replace(/\.$/, ''));
    if (name === undefined || spec?.kind !== 'number' || !(value >= spec.min && value <= spec.max) || racer.hyper[name] === value) continue;
    return { label: `Add a racer with ${label} = ${formatExact(value)}`, hyper: { ...racer.hyper, [name]: value } };
  }
  return null;
}
