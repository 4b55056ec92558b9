import { numberOf } from '../../kernels/step-program.ts';
import type { DiagnosisInput } from '../definition.ts';
import { countSteps, formatNumber, formatSetting, lastFinite, settledAt } from '../findings.ts';

/** Steps after which an estimate that has not moved is worth a word. */
const PATIENCE_STEPS = 50;
/** d0 meets the recorded d after rounding to float32, which is good to 6e-8. */
const ROUNDING = 1e-6;
/** A d0 above this (parameter units) is more likely to lie above the estimate than below it. */
const LARGE_D0 = 1e-4;
/** The authors' d0, far below any distance met in training. */
const SAFE_D0 = 1e-6;
/** A d that grew by more than this factor over the last tenth of the run has not settled. */
const GROWTH = 1.05;

/** Has d left d0, is it still growing, when did it settle? */
export function diagnoseProdigy({ hyper, steps, trace, isFinished }: DiagnosisInput): readonly string[] {
  const d = trace('d');
  const last = lastFinite(d);
  const final = d[last];
  const lastStep = steps[last];
  if (final === undefined || lastStep === undefined) return [];
  const done = lastStep + 1;
  const d0 = numberOf(hyper, 'd0');
  if (final <= d0 * (1 + ROUNDING)) {
    if (done < PATIENCE_STEPS) return [];
    const fact = `d has not left d0 = ${formatSetting(d0)} in ${countSteps(done)}`;
    if (d0 > LARGE_D0) {
      return [`${fact}: the estimate stays below d0 and d never falls, so d0 was too large. Try d0 = ${formatSetting(SAFE_D0)}.`];
    }
    return [`${fact}: the estimate is still below d0. Try d0 = ${formatSetting(10 * d0)}, or a longer warmup.`];
  }
  if (!isFinished) return [];
  const before = d[Math.floor(last * 0.9)] ?? final;
  if (final > before * GROWTH) {
    return [
      `d was still growing at the end (${formatNumber(final / before)} times in the last tenth): the run was too short for the estimate. A longer horizon or a larger d0 would help.`,
    ];
  }
  const settled = steps[settledAt(d, last)] ?? 0;
  return [`d settled at ${formatNumber(final)} after ${countSteps(settled + 1)}.`];
}
