import { numberOf } from '../../kernels/step-program.ts';
import type { DiagnosisInput } from '../definition.ts';
import { formatNumber } from '../findings.ts';
import { diagnoseProdigy } from '../prodigy/diagnose.ts';
import { decayFindings } from '../scheduleFree/diagnose.ts';
import { DECAY_AT_Y } from '../scheduleFree/wrapper-definition.ts';

/** Above this fraction per step, decay shrinks z by half within 700 steps, whatever the gradients say. */
const STRONG_DECAY = 1e-3;

/** What is said about Prodigy's d, about a decay that does not follow it, and about the race's schedule. */
export function diagnoseOverProdigy(input: DiagnosisInput): readonly string[] {
  const perStep = numberOf(input.hyper, 'lr') * numberOf(input.hyper, 'weightDecayAtY');
  const decay =
    perStep > STRONG_DECAY
      ? [
          `${DECAY_AT_Y} is not scaled by d and takes ${formatNumber(100 * perStep)} % of y off in each step. Use Prodigy's own weight decay. Try ${DECAY_AT_Y} = 0.`,
        ]
      : [];
  return [...decay, ...diagnoseProdigy(input), ...decayFindings(input)];
}
