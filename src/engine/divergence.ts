import type { DivergenceCause } from '../kernels/optimizer-runner.ts';

const REASONS: Readonly<Record<Exclude<DivergenceCause, 'method'>, string>> = {
  loss: 'the loss was not finite',
  parameters: 'a parameter was not finite',
  state: 'a buffer of the method overflowed: gradients are too large',
};

/**
 * Why a run diverged: part of a sentence, or the method's own sentence about the step that it does not have.
 * @param failure `StepProgram.failure` of the run's optimizer
 */
export function divergenceReason(cause: DivergenceCause, failure: string | undefined): string {
  return cause === 'method' ? (failure ?? 'the method has no step there') : REASONS[cause];
}

/** `Diverged at step 312: the loss was not finite.` from its start. Results of earlier versions do not say why. */
export function divergenceSentence(start: string, cause: DivergenceCause | null | undefined, failure: string | undefined): string {
  if (cause === undefined || cause === null) return `${start}.`;
  const reason = divergenceReason(cause, failure);
  return cause === 'method' && failure !== undefined ? `${start}. ${failure}` : `${start}: ${reason}.`;
}
