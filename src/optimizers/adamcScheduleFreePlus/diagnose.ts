import { numberOf } from '../../kernels/step-program.ts';
import type { DiagnosisInput } from '../definition.ts';
import { countSteps, formatNumber, formatSetting, lastFinite } from '../findings.ts';
import { riseFindings, scheduleFindings } from '../scheduleFree/diagnose.ts';

/** Label of the steps before the average begins. */
export const AVERAGE_WARMUP = 'Average warmup';

/** Steps before which idle ones are worth no word. */
const PATIENCE_STEPS = 20;
/** A method that stands still in more than this fraction of its steps is not at work. */
const IDLE = 0.5;

/** An average of the gradient norm this many times too large is worth a word, if it lasts for this fraction of the run. */
const OVERESTIMATED = 2;
const LASTING = 0.1;

/** How many of the first steps overestimate the norm of a gradient that does not change, because the average is bias-corrected again and again. */
function overestimatedSteps(polyakBeta: number, steps: number): number {
  let norm = 0;
  let last = 0;
  for (let t = 1; t <= steps; t += 1) {
    norm = (polyakBeta * norm + 1 - polyakBeta) / (1 - polyakBeta ** t);
    if (norm > OVERESTIMATED) last = t;
  }
  return last;
}

/** Does the Polyak step move anything, has the average begun, and does the race's schedule leave the method alone? */
export function diagnoseScheduleFreePlus(input: DiagnosisInput): readonly string[] {
  const { hyper, steps, trace, isFinished } = input;
  const rate = trace('rate');
  const count = lastFinite(rate) + 1;
  const done = (steps[count - 1] ?? -1) + 1;
  const findings: string[] = [];
  const idle = Array.from({ length: count }, (_, index) => rate[index]).filter((value) => value === 0).length;
  if (done >= PATIENCE_STEPS && idle > IDLE * count) {
    findings.push(
      `The step was 0 in ${formatNumber((100 * idle) / count)} % of the steps: the corrected loss was not above 0. The method takes 0 for the least possible loss.`,
    );
  }
  const warmup = numberOf(hyper, 'cWarmup');
  if (isFinished && done > 0 && done <= warmup) {
    findings.push(
      `The average never began: all ${countSteps(done)} lay within its warmup of ${formatSetting(warmup)}. Try ${AVERAGE_WARMUP} = ${Math.round(done / 10)}.`,
    );
  }
  const polyakBeta = numberOf(hyper, 'polyakBeta');
  const overestimated = overestimatedSteps(polyakBeta, done);
  if (isFinished && overestimated > LASTING * done) {
    findings.push(
      `polyak_beta = ${formatSetting(polyakBeta)} overestimates the norm of the gradient more than twice in the first ${countSteps(overestimated)} of ${done}: so much shorter were the steps. Try polyak_beta = 0.`,
    );
  }
  return [
    ...findings,
    ...riseFindings(input, "A smaller multiplier, or a warmup in the race's schedule, would help."),
    ...scheduleFindings(input),
  ];
}
