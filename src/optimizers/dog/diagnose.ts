import { type HyperValues, numberOf } from '../../kernels/step-program.ts';
import type { DiagnosisInput } from '../definition.ts';
import { growthFinding, idleStart, settlingFinding } from '../estimate-findings.ts';
import { countSteps, formatNumber, formatSetting, lastFinite } from '../findings.ts';

/** Steps after which an rbar that has not moved at all is worth a word. */
const PATIENCE_STEPS = 50;
/** "A few hundred steps", after which the authors expect a step size that has substantially increased. */
const SLOW_STEPS = 200;
/** What we take for substantially. */
const SLOW_GROWTH = 10;
/** A reps_rel above this fraction of the parameters is more likely too large than too small. */
const LARGE_REPS_REL = 1e-3;
/** The authors' reps_rel. */
const SAFE_REPS_REL = 1e-6;
/** The authors advise to go up or down by factors of 100. */
const FACTOR = 100;
/** Smallest and largest reps_rel worth a try: the range of the field, and a first step a hundredth as long as the parameters. */
const [MIN_REPS_REL, MAX_REPS_REL] = [1e-12, 1e-2];
/** An rbar that has grown by this factor started far too low for a run in which the growth takes this share of the steps. */
const FAR_GROWTH = 1000;
const LATE = 1 / 3;
/** A mean loss of the last steps above this many times the first loss: the run went the wrong way. */
const WORSE = 2;

const NAMES = { d: 'rbar', d0: 'reps_rel' } as const;

/** Did rbar leave its start, was the start too large or too small for the run, is rbar still growing, when did it settle? */
export function diagnoseDog(input: DiagnosisInput): readonly string[] {
  const { hyper, steps, trace, loss, isFinished } = input;
  const rbar = trace('rbar');
  const last = lastFinite(rbar);
  const final = rbar[last];
  const lastStep = steps[last];
  if (final === undefined || lastStep === undefined) return [];
  const done = lastStep + 1;
  const isGiven = numberOf(hyper, 'initEta') > 0;
  if (isGiven && final === 0) {
    // The first step leaves rbar at 0; the second one measures what it moved.
    return done < 2
      ? []
      : [
          `rbar is 0 after ${countSteps(done)}: the first gradient was zero, so nothing moved, and eta grows only with rbar. Try init_eta = 0.`,
        ];
  }
  // A given first eta has no initial distance: the first one measured takes its place.
  const start = rbar[isGiven ? 1 : 0] ?? final;
  const stuck = stuckFinding(hyper, isGiven, start, final, done);
  if (stuck !== null) return [stuck];
  const worse = lossGrowth(loss);
  const found = worse === null ? [] : [overshotFinding(hyper, isGiven, worse)];
  const ended = isFinished
    ? [lateFinding(input, start, last, final) ?? growthFinding(input, NAMES, last, final) ?? settlingFinding(input, NAMES, last, final)]
    : [];
  return [...found, ...ended, ...(isGiven ? [] : idleStart(input))];
}

/** Null while it is too early to tell, and for an rbar that grows as it should. */
function stuckFinding(hyper: HyperValues, isGiven: boolean, start: number, final: number, done: number): string | null {
  const hasNotMoved = final <= start;
  if (done < (hasNotMoved ? PATIENCE_STEPS : SLOW_STEPS) || final > SLOW_GROWTH * start) return null;
  const repsRel = numberOf(hyper, 'repsRel');
  const fact = hasNotMoved
    ? `rbar has not left its start at ${formatNumber(start)} in ${countSteps(done)}`
    : `rbar has grown only ${formatNumber(final / start)} times in ${countSteps(done)}`;
  if (isGiven) return `${fact}: the first step was too short, or longer than any distance since. Try init_eta = 0.`;
  if (repsRel > LARGE_REPS_REL) {
    if (!hasNotMoved) return null;
    return `${fact}: no step has led further, and rbar never falls, so reps_rel was too large. Try reps_rel = ${formatSetting(SAFE_REPS_REL)}.`;
  }
  return `${fact}: steps are too short for rbar to grow from its start. Try reps_rel = ${formatSetting(Math.min(MAX_REPS_REL, FACTOR * repsRel))}.`;
}

/** Null unless most of a run's growth took more than a third of its steps: rbar started far below what it came to. */
function lateFinding({ hyper, steps, trace }: DiagnosisInput, start: number, last: number, final: number): string | null {
  const repsRel = numberOf(hyper, 'repsRel');
  if (numberOf(hyper, 'initEta') > 0 || repsRel >= MAX_REPS_REL || final < FAR_GROWTH * start) return null;
  const half = Array.from(trace('rbar')).findIndex((value) => value >= final / 2);
  if (half < LATE * last) return null;
  const taken = `${(steps[half] ?? 0) + 1} of ${countSteps((steps[last] ?? 0) + 1)}`;
  return `rbar took ${taken} to grow from ${formatNumber(start)} to half of its final ${formatNumber(final)}, and until then steps are short. Try reps_rel = ${formatSetting(Math.min(MAX_REPS_REL, FACTOR * repsRel))}.`;
}

function overshotFinding(hyper: HyperValues, isGiven: boolean, growth: number): string {
  const fact = `The loss ended at ${formatNumber(growth)} times its first value: early steps were too long`;
  if (isGiven) return `${fact}. Try init_eta = 0.`;
  const smaller = numberOf(hyper, 'repsRel') / FACTOR;
  return smaller < MIN_REPS_REL ? `${fact}, though reps_rel is tiny.` : `${fact}. Try reps_rel = ${formatSetting(smaller)}.`;
}

/** Mean loss of the last tenth over the first loss, where that is far above 1; else null. */
function lossGrowth(loss: ArrayLike<number>): number | null {
  const first = loss[0] ?? Number.NaN;
  const end = lastFinite(loss) + 1;
  const from = Math.floor(end * 0.9);
  if (!(first > 0) || from < PATIENCE_STEPS / 2) return null;
  let sum = 0;
  for (let index = from; index < end; index += 1) sum += loss[index] ?? Number.NaN;
  const ratio = sum / (end - from) / first;
  return ratio > WORSE ? ratio : null;
}
