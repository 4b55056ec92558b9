import { optimizerOf } from '../../engine/catalogue.ts';
import { divergenceReason } from '../../engine/divergence.ts';
import type { Replayed } from './compare.ts';
import { maxAbs } from './numbers.ts';
import type { Problem } from './problems.ts';
import type { GoldenRun } from './trajectory.ts';

/** How a run ended early: whether it had to and did, in words. */
export interface Ending {
  readonly isExpected: boolean;
  readonly message: string;
}

/** Parameters beyond this ended a recording; recorded gradients do not grow with the parameters, so that those may go further. */
export function parameterBound({ kind }: Problem): number {
  return kind === 'recorded' ? 1e30 : 1e7;
}

/** Whether a run ended before the problem did, at a step that is not recorded. */
export function hasEnding({ stopped, raises }: GoldenRun): boolean {
  return stopped !== undefined || raises !== undefined;
}

/**
 * Whether our row ends where the recorded run did. Null where neither ended within the comparable steps.
 * @param run the recorded run of the precision that is compared
 * @param window leading steps that are comparable
 */
export function endingOf(run: GoldenRun, replayed: Replayed, problem: Problem, window: number): Ending | null {
  const ours = ownEnd(replayed, parameterBound(problem));
  const { stopped, raises } = run;
  if (raises !== undefined) {
    const recorded = `the package raises ${raises.type} at step ${raises.at_step}`;
    const { divergedAt } = replayed.trajectory.status;
    // Steps are counted from 1 here and from 0 by the runners.
    if (divergedAt === null) return { isExpected: false, message: `${recorded}, but this row goes on` };
    return {
      isExpected: divergedAt + 1 === raises.at_step,
      message: `${recorded}; this row ended at step ${divergedAt + 1}: ${ours?.why}`,
    };
  }
  if (stopped !== undefined) {
    const recorded = `recorded until step ${stopped.at_step}`;
    if (ours === null) return { isExpected: false, message: `${recorded}, but this row goes on` };
    // Where single precision has strayed before the end, it may end at another step.
    const isExpected = window >= run.steps ? ours.step === stopped.at_step : ours.step > window;
    const agreement = ours.step === stopped.at_step ? 'as recorded' : recorded;
    return { isExpected, message: `ended at step ${ours.step}: ${ours.why}, ${agreement}` };
  }
  if (ours === null || ours.step > window) return null;
  return { isExpected: false, message: `ended at step ${ours.step}: ${ours.why}; the recorded run goes on` };
}

/** The first step, from 1, after which our row is out of bounds or diverged. */
function ownEnd({ trajectory, names }: Replayed, bound: number): { readonly step: number; readonly why: string } | null {
  const { divergedAt, cause } = trajectory.status;
  const beyond = trajectory.params.findIndex((params) => !(maxAbs(params) <= bound));
  if (divergedAt !== null && cause !== null && (beyond === -1 || divergedAt <= beyond)) {
    return { step: divergedAt + 1, why: divergenceReason(cause, optimizerOf(names.optimizer).program.failure) };
  }
  return beyond === -1 ? null : { step: beyond + 1, why: `parameters beyond ${bound.toExponential().replace('+', '')}` };
}
