import { numberOf } from '../../kernels/step-program.ts';
import type { DiagnosisInput } from '../definition.ts';
import { countSteps, formatNumber, formatSetting, lastFinite, settledAt } from '../findings.ts';

/** Steps after which a scale that has not grown is worth a word. */
const PATIENCE_STEPS = 50;
/** With nothing learnt the scale is about s_init (each tuner holds s_init / n, times m / sqrt(v), which is at most 1). */
const COLLAPSED = 10;
/** The largest s_init worth a try, the largest there is. */
const MAX_S_INIT = 1;
/** A scale that grew by more than this factor over the last tenth of the run has not settled. */
const GROWTH = 1.05;

/** Has the scale left s_init, is it still growing, when did it settle? */
export function diagnoseMechanic({ hyper, steps, trace, isFinished }: DiagnosisInput): readonly string[] {
  const s = trace('sSum');
  const last = lastFinite(s);
  const final = s[last];
  const lastStep = steps[last];
  if (final === undefined || lastStep === undefined) return [];
  const done = lastStep + 1;
  const sInit = numberOf(hyper, 'sInit');
  if (final <= COLLAPSED * sInit) {
    if (done < PATIENCE_STEPS) return [];
    const fact = `s is down at s_init = ${formatSetting(sInit)} after ${done} steps: the tuner has collected no reward.`;
    return [sInit < MAX_S_INIT ? `${fact} Try s_init = ${formatSetting(Math.min(MAX_S_INIT, 100 * sInit))}.` : fact];
  }
  if (!isFinished) return [];
  const before = s[Math.floor(last * 0.9)] ?? final;
  if (final > before * GROWTH) {
    return [
      `s was still growing at the end (${formatNumber(final / before)} times in the last tenth): the run was too short for the tuner. A longer horizon or a larger s_init would help.`,
    ];
  }
  const settled = steps[settledAt(s, last)] ?? 0;
  return [`s settled at ${formatNumber(final)} after ${countSteps(settled + 1)}.`];
}
