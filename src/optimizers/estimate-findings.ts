import { numberOf } from '../kernels/step-program.ts';
import type { DiagnosisInput } from './definition.ts';
import { countSteps, formatNumber, formatSetting, lastFinite, settledAt } from './findings.ts';

/** Which trace is a growing estimate of the distance, and where it starts; as the form writes them. */
export interface EstimateNames {
  /** Trace of the estimate in use, which never falls. */
  readonly d: string;
  /** Trace of each step's raw estimate, which may fall and become negative; absent where there is none. */
  readonly dHat?: string;
  /** Key of the hyperparameter with the initial estimate; its label is the same word. */
  readonly d0: string;
  /** What the trace is called in a sentence, where it is not by its id. */
  readonly symbol?: string;
  /** What it takes time for, in a sentence: 'estimate' unless given. */
  readonly of?: string;
}

/** What is said about any series that has to be found first. */
type SeriesNames = Pick<EstimateNames, 'd' | 'd0' | 'symbol' | 'of'>;

const wordOf = ({ symbol, d }: SeriesNames): string => symbol ?? d;

/** Names of most methods that estimate a distance. */
export const D_NAMES: EstimateNames = { d: 'd', dHat: 'dHat', d0: 'd0' };

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
/** A d that grew by more than this factor after warmup had ended was found too late for the warmup to soften its steps. */
const GROWTH_AFTER_WARMUP = 2;

/** Has d left d0, is it still growing, when did it settle, and was warmup long enough for it? Most important first. */
export function estimateFindings(input: DiagnosisInput, names: EstimateNames = D_NAMES): readonly string[] {
  const { steps, trace } = input;
  const d = trace(names.d);
  const last = lastFinite(d);
  const final = d[last];
  const lastStep = steps[last];
  if (final === undefined || lastStep === undefined) return [];
  const d0 = numberOf(input.hyper, names.d0);
  if (final <= d0 * (1 + ROUNDING)) return lastStep + 1 < PATIENCE_STEPS ? [] : [stuckAtStart(input, names, last, d0), ...idleStart(input)];
  return [...courseFindings(input, names, last, final), ...idleStart(input)];
}

function stuckAtStart({ steps, trace }: DiagnosisInput, { d, dHat, d0: name }: EstimateNames, last: number, d0: number): string {
  const fact = `${d} has not left ${name} = ${formatSetting(d0)} in ${countSteps((steps[last] ?? 0) + 1)}`;
  if (d0 > LARGE_D0) {
    return `${fact}: the estimate stays below ${name} and ${d} never falls, so ${name} was too large. Try ${name} = ${formatSetting(SAFE_D0)}.`;
  }
  const raw = dHat === undefined ? undefined : trace(dHat)[last];
  const cause =
    raw !== undefined && raw < 0
      ? 'the numerator of the estimate is negative, because successive gradients do not agree on a direction'
      : `the estimate is still below ${name}`;
  return `${fact}: ${cause}. Try ${name} = ${formatSetting(10 * d0)}, or a longer warmup.`;
}

/** Of a series that is `final` at entry `last`: what would have helped it before what it merely did. `d0` is the label of what it started from. */
export function courseFindings(input: DiagnosisInput, names: SeriesNames, last: number, final: number): readonly string[] {
  const late = lateForWarmup(input, names, last, final);
  if (!input.isFinished) return late;
  const growth = growthFinding(input, names, last, final);
  return growth === null ? [...late, settlingFinding(input, names, last, final)] : [growth, ...late];
}

/** Null unless a finished run's series still grew over its last tenth. */
export function growthFinding({ trace }: DiagnosisInput, names: SeriesNames, last: number, final: number): string | null {
  const before = trace(names.d)[tenthBefore(last)] ?? final;
  if (final <= before * GROWTH) return null;
  return `${wordOf(names)} was still growing at the end (${formatNumber(final / before)} times in the last tenth): the run was too short for the ${names.of ?? 'estimate'}. A longer horizon or a larger ${names.d0} would help.`;
}

/** When a finished run's series settled, or between which values it ended. */
export function settlingFinding({ steps, trace }: DiagnosisInput, names: SeriesNames, last: number, final: number): string {
  const d = trace(names.d);
  const settled = settledAt(d, last);
  const start = tenthBefore(last);
  if (settled <= start) return `${wordOf(names)} settled at ${formatNumber(final)} after ${countSteps((steps[settled] ?? 0) + 1)}.`;
  const end = Array.from({ length: last - start + 1 }, (_, index) => d[start + index] ?? final);
  return `${wordOf(names)} did not settle: it ended between ${formatNumber(Math.min(...end))} and ${formatNumber(Math.max(...end))}.`;
}

/** The entry with which the last tenth of a run begins. */
const tenthBefore = (last: number): number => Math.floor(last * 0.9);

/** Warmup is there to keep early steps short; it cannot where the estimate grows only after it. */
function lateForWarmup({ steps, trace, warmupSteps }: DiagnosisInput, names: SeriesNames, last: number, final: number): readonly string[] {
  if (warmupSteps === 0) return [];
  const end = steps.findIndex((step) => step >= warmupSteps);
  const then = end < 0 || end > last ? undefined : trace(names.d)[end];
  if (then === undefined || !(final > GROWTH_AFTER_WARMUP * then)) return [];
  return [
    `Warmup was too short for the ${names.of ?? 'estimate'}: ${wordOf(names)} grew ${formatNumber(final / then)} times after its ${countSteps(warmupSteps)}. A longer warmup or a larger ${names.d0} would help.`,
  ];
}

/** A schedule that starts at exactly 0 wastes the first step, and with it the first gradient. */
export function idleStart({ mult }: DiagnosisInput): readonly string[] {
  return mult[0] === 0 ? ['The schedule is 0 at the first step, which therefore moves nothing: let warmup start above 0.'] : [];
}
