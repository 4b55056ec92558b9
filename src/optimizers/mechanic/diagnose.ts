import { numberOf } from '../../kernels/step-program.ts';
import type { DiagnosisInput } from '../definition.ts';
import { courseFindings, idleStart } from '../estimate-findings.ts';
import { formatNumber, formatSetting, lastFinite } from '../findings.ts';

/** Steps after which a scale that has not grown is worth a word. */
const PATIENCE_STEPS = 50;
/** With nothing learnt the scale is about s_init (each tuner holds s_init / n, times m / sqrt(v), which is at most 1). */
const COLLAPSED = 10;
/** The largest s_init worth a try, the largest there is. */
const MAX_S_INIT = 1;
/** A scale that has fallen to less than this part of its peak had been too large. */
const FALLEN = 0.1;
const NAMES = { d: 'sSum', d0: 's_init', symbol: 's', of: 'tuner' } as const;

/** Has the scale left s_init, has it fallen again, is it still growing or when did it settle, and was warmup long enough for it? */
export function diagnoseMechanic(input: DiagnosisInput): readonly string[] {
  const { hyper, steps, trace } = input;
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
  return [...fallFromPeak(steps, s, last, final), ...courseFindings(input, NAMES, last, final), ...idleStart(input)];
}

function fallFromPeak(steps: readonly number[], s: ArrayLike<number>, last: number, final: number): readonly string[] {
  let peak = last;
  for (let index = 0; index < last; index += 1) if ((s[index] ?? 0) > (s[peak] ?? 0)) peak = index;
  const highest = s[peak] ?? final;
  if (final >= FALLEN * highest) return [];
  return [
    `s has fallen to ${formatNumber(final)} from its peak of ${formatNumber(highest)} at step ${(steps[peak] ?? 0) + 1}: with that scale the path led too far, and the tuners lost their rewards.`,
  ];
}
