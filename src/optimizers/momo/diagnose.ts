import { numberOf } from '../../kernels/step-program.ts';
import type { DiagnosisInput } from '../definition.ts';
import { countSteps, formatNumber, formatSetting, lastFinite } from '../findings.ts';

/** Steps after which a cap that has always acted is worth a word. */
const PATIENCE_STEPS = 50;
/** A cap that acted in this share of the steps leaves the method nothing to adapt. */
const ALWAYS = 0.95;
/** A loss below its lower bound in more than this share of the steps is not an outlier among batches. */
const OFTEN = 0.05;
/** The smallest lower bound that the field takes, in loss units. */
const MIN_BOUND = -100;

export interface MomoBase {
  /** What the method is while its cap acts. */
  readonly base: string;
  /** The largest cap that the field takes. */
  readonly largestCap: number;
}

/** Was the step capped all the time, and is the lower bound one? */
export function momoDiagnosis({ base, largestCap }: MomoBase) {
  return (input: DiagnosisInput): readonly string[] => {
    const { hyper, steps, trace, isFinished } = input;
    const tau = trace('tau');
    const done = (steps[lastFinite(tau)] ?? -1) + 1;
    if (done === 0) return [];
    const found = boundFindings(input, done);
    const share = cappedShare(tau, trace('cap'));
    if (share === null) return found;
    const percent = `${formatNumber(100 * share)} %`;
    if (share >= ALWAYS) {
      if (done < PATIENCE_STEPS) return found;
      const lr = numberOf(hyper, 'lr');
      const advice = 10 * lr <= largestCap ? ` Try Learning rate cap = ${formatSetting(10 * lr)}.` : '';
      const fact = `The step was at its cap in ${percent} of ${countSteps(done)}: that is ${base} with a learning rate of ${formatSetting(lr)} x schedule, and the model of the loss decided nothing.`;
      return [...found, `${fact}${advice}`];
    }
    if (!isFinished) return found;
    return [...found, `The cap set the step in ${percent} of the steps, the model of the loss in the others.`, ...estimatedBound(input)];
  };
}

/** Share of the steps at the cap among those that the schedule lets move; null where there are none. */
function cappedShare(tau: ArrayLike<number>, cap: ArrayLike<number>): number | null {
  let moving = 0;
  let capped = 0;
  for (let index = 0; index < tau.length; index += 1) {
    if (!((cap[index] ?? 0) > 0)) continue;
    moving += 1;
    // tau is the smaller one of two numbers, of which the cap is one.
    if (tau[index] === cap[index]) capped += 1;
  }
  return moving === 0 ? null : capped / moving;
}

/** A loss below the bound makes the step zero, as if training had arrived. */
function boundFindings({ hyper, loss }: DiagnosisInput, done: number): readonly string[] {
  const lb = numberOf(hyper, 'lb');
  let below = 0;
  let lowest = Number.POSITIVE_INFINITY;
  for (let index = 0; index < loss.length; index += 1) {
    const value = loss[index] ?? Number.NaN;
    if (value < lb) below += 1;
    if (value < lowest) lowest = value;
  }
  if (below <= OFTEN * done) return [];
  const bound = boundBelow(lowest);
  const advice = bound < MIN_BOUND ? '' : ` Try Lower bound = ${formatSetting(bound)}.`;
  const first = loss[0] ?? Number.NaN;
  const fact =
    first < lb
      ? `The lower bound of ${formatSetting(lb)} is above the loss, which began at ${formatNumber(first)}: the step is zero while the model of the loss is below the bound.`
      : `The loss was below its lower bound of ${formatSetting(lb)} in ${below} of ${countSteps(done)}: the step is zero while the model of the loss is below the bound.`;
  return [`${fact}${advice}`];
}

/** 0 for a loss that stays above it, else the next power of ten below. */
function boundBelow(lowest: number): number {
  return lowest >= 0 ? 0 : -(10 ** Math.ceil(Math.log10(-lowest)));
}

function estimatedBound({ hyper, trace }: DiagnosisInput): readonly string[] {
  if (hyper.useFstar !== true) return [];
  const lb = trace('lb');
  const final = lb[lastFinite(lb)];
  return final === undefined ? [] : [`The lower bound of the loss was estimated at ${formatNumber(final)} in the end.`];
}
