import { numberOf } from '../kernels/step-program.ts';
import type { DiagnosisInput } from './definition.ts';
import { countSteps, formatNumber, formatSetting, lastFinite, meanOf } from './findings.ts';

/** What a bettor assumes about gradients, and how to tell that it does not hold. */
export interface GradientBound {
  /** Name of the method in a sentence. */
  readonly name: string;
  /** Trace of its wealth. */
  readonly wealth: string;
  /** Trace that never falls and is beyond `limit` once the assumption has failed. */
  readonly size: string;
  readonly limit: number;
  /** What the size says, as the end of "because ...", e.g. `gradients reached a norm of 3.20`. */
  fact(size: number): string;
  /** What is assumed, as the end of "it assumes ...". */
  readonly assumption: string;
}

const REMEDY = 'COCOB adapts to the size of gradients; here only a smaller loss or clipped gradients would help.';

/** A loss that is above this part of its first value has hardly fallen. */
const HARDLY_FALLEN = 0.8;
/** The largest initial wealth there is. */
const MAX_W = 10;

/** Is a KT bettor inside what it assumes about gradients, has it still something to bet, and was its initial wealth enough for the run? */
export function bettorFindings(input: DiagnosisInput, bound: GradientBound): readonly string[] {
  const { steps, trace } = input;
  const size = trace(bound.size);
  const last = lastFinite(size);
  const largest = size[last];
  if (largest === undefined) return [];
  if (largest <= bound.limit) return poorFinding(input, bound, last);
  const wealth = trace(bound.wealth);
  const lost = steps.slice(0, last + 1).find((_, index) => (wealth[index] ?? 0) < 0);
  const fact = bound.fact(largest);
  return [
    lost === undefined
      ? `Outside of what ${bound.name} assumes: ${fact}; it assumes ${bound.assumption}, and may lose its whole wealth in one step otherwise. ${REMEDY}`
      : `The wealth became negative at step ${lost + 1}: ${bound.name} lost more than it had, because ${fact}; it assumes ${bound.assumption}. ${REMEDY}`,
  ];
}

/** Wealth grows from a small start by winning, which takes long where gradients are far below the bound. */
function poorFinding(
  { hyper, steps, trace, loss, isFinished }: DiagnosisInput,
  { wealth }: GradientBound,
  last: number,
): readonly string[] {
  const w = numberOf(hyper, 'w');
  const first = loss[0] ?? Number.NaN;
  if (!isFinished || w >= MAX_W || !(meanOf(loss, Math.floor(last * 0.9), last) > HARDLY_FALLEN * first)) return [];
  return [
    `The loss has hardly fallen in ${countSteps((steps[last] ?? 0) + 1)}: the bets started too small, and the wealth has grown to ${formatNumber(trace(wealth)[last] ?? Number.NaN)} only. Try w = ${formatSetting(Math.min(MAX_W, 100 * w))}.`,
  ];
}
