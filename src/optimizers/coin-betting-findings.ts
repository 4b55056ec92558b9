import type { DiagnosisInput } from './definition.ts';
import { lastFinite } from './findings.ts';

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

/** Is a bettor inside what it assumes about gradients, and has it still something to bet? */
export function boundFindings({ steps, trace }: DiagnosisInput, bound: GradientBound): readonly string[] {
  const size = trace(bound.size);
  const last = lastFinite(size);
  const largest = size[last];
  if (largest === undefined || largest <= bound.limit) return [];
  const wealth = trace(bound.wealth);
  const lost = steps.slice(0, last + 1).find((_, index) => (wealth[index] ?? 0) < 0);
  const fact = bound.fact(largest);
  return [
    lost === undefined
      ? `Outside of what ${bound.name} assumes: ${fact}; it assumes ${bound.assumption}, and may lose its whole wealth in one step otherwise. ${REMEDY}`
      : `The wealth became negative at step ${lost + 1}: ${bound.name} lost more than it had, because ${fact}; it assumes ${bound.assumption}. ${REMEDY}`,
  ];
}
