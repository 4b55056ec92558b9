import { numberOf } from '../../kernels/step-program.ts';
import type { DiagnosisInput } from '../definition.ts';
import { countSteps, formatNumber, formatSetting, lastFinite } from '../findings.ts';
import { warmupSteps as warmupSpec } from './averaging-hyper.ts';

/** A schedule that has fallen by less than this from its peak is taken for constant. */
const DECAYED = 0.95;
/** A loss this many times its start is not the noise of batches. */
const RISE = 1.5;
/** The beginning of a run, where warmup acts: this fraction of its steps. */
const BEGINNING = 0.2;
/** Steps before which a rise says nothing. */
const PATIENCE_STEPS = 50;
/** Warmup of this fraction of the run is customary. */
const CUSTOMARY_WARMUP = 0.05;
const SHORTEST_WARMUP = 10;

/** What a decaying schedule does to a method that averages instead. */
export function decayFindings({ steps, mult }: DiagnosisInput): readonly string[] {
  const final = mult[steps.length - 1];
  if (final === undefined) return [];
  const peak = Math.max(...Array.from(steps, (_, index) => mult[index] ?? 0));
  if (final >= DECAYED * peak) return [];
  return [
    `The race's schedule has fallen to ${formatNumber(final / peak)} of its peak. Schedule-Free averages instead of decaying: use a constant schedule.`,
  ];
}

/** What the schedule of the race does to the average, at its end and at its start. */
export function scheduleFindings(input: DiagnosisInput): readonly string[] {
  const { hyper, steps, mult } = input;
  if (steps[0] !== 0 || mult[0] !== 0) return decayFindings(input);
  const weight = numberOf(hyper, 'weightLrPower') === 0 ? 'counts in the average like any other' : 'has no weight in the average (c = 0)';
  return [
    ...decayFindings(input),
    `The race's schedule is 0 on the first step, which moves nothing and ${weight}: start the warmup above 0.`,
  ];
}

/** Where and how far the loss rose at the beginning of the run; null when it did not. */
function earlyRise({ steps, loss }: DiagnosisInput): { readonly ratio: number; readonly step: number; readonly done: number } | null {
  const last = lastFinite(loss);
  const done = (steps[last] ?? -1) + 1;
  const start = loss[0] ?? Number.NaN;
  if (done < PATIENCE_STEPS || !(start > 0)) return null;
  let peak = 0;
  for (let index = 1; (steps[index] ?? done) < BEGINNING * done; index += 1) {
    if ((loss[index] ?? 0) > (loss[peak] ?? 0)) peak = index;
  }
  const ratio = (loss[peak] ?? 0) / start;
  return ratio > RISE ? { ratio, step: steps[peak] ?? 0, done } : null;
}

/** For methods that have no warmup of their own. */
export function riseFindings(input: DiagnosisInput, remedy: string): readonly string[] {
  const rise = earlyRise(input);
  if (!rise) return [];
  return [
    `The loss rose to ${formatNumber(rise.ratio)} times its start by step ${rise.step + 1}: the first steps were too long. ${remedy}`,
  ];
}

function warmupFindings(input: DiagnosisInput): readonly string[] {
  const { hyper, steps, isFinished, warmupSteps: raceWarmup } = input;
  const done = (steps[steps.length - 1] ?? -1) + 1;
  const own = numberOf(hyper, 'warmupSteps');
  const customary = Math.max(SHORTEST_WARMUP, Math.round(CUSTOMARY_WARMUP * done));
  if (isFinished && done > 0 && done < own) {
    return [
      `The run ended inside its warmup, after ${countSteps(done)} of ${formatSetting(own)}: the learning rate never reached its value. Try ${warmupSpec.label} = ${customary}.`,
    ];
  }
  const longer = Math.min(warmupSpec.max, Math.max(customary, 2 * Math.round(Math.max(own, raceWarmup))));
  return riseFindings(input, longer > own ? `Try ${warmupSpec.label} = ${longer}.` : 'A smaller learning rate would help.');
}

/** Does the warmup fit, and does the race's schedule leave the method alone? */
export function diagnoseScheduleFree(input: DiagnosisInput): readonly string[] {
  return [...warmupFindings(input), ...scheduleFindings(input)];
}
