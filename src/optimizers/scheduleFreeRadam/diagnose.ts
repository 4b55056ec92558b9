import { numberOf } from '../../kernels/step-program.ts';
import type { DiagnosisInput } from '../definition.ts';
import { countSteps, formatSetting } from '../findings.ts';
import { riseFindings, scheduleFindings } from '../scheduleFree/diagnose.ts';
import { beta2Default, rectification } from './rectification.ts';

/** Has the rectification begun, and does the race's schedule leave the method alone? */
export function diagnoseScheduleFreeRadam(input: DiagnosisInput): readonly string[] {
  const { hyper, steps, isFinished } = input;
  const done = (steps[steps.length - 1] ?? -1) + 1;
  const beta2 = numberOf(hyper, 'beta2');
  if (done > 0 && rectification(beta2, done) === null) {
    const why = `beta2 = ${formatSetting(beta2)} averages too few squared gradients to normalise with`;
    const so = hyper.silentSgdPhase === true ? 'nothing has moved' : 'every step was a plain gradient step';
    // Above 0.6 the average becomes long enough after a few steps.
    const isForever = rectification(beta2, Number.MAX_SAFE_INTEGER) === null;
    if (isForever) return [`${why}, so ${so} in ${countSteps(done)}. Try beta2 = ${formatSetting(beta2Default)}.`];
    return isFinished ? [`After ${countSteps(done)} ${why}, so ${so}: the run was too short.`] : [];
  }
  return [...riseFindings(input, 'A smaller learning rate would help.'), ...scheduleFindings(input)];
}
