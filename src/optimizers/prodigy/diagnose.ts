import { numberOf } from '../../kernels/step-program.ts';
import type { DiagnosisInput } from '../definition.ts';
import { estimateFindings } from '../estimate-findings.ts';
import { formatSetting, lastFinite } from '../findings.ts';

/** Steps after which a numerator below zero is worth a word. */
const PATIENCE_STEPS = 50;
/** The smallest d coefficient there is. */
const MIN_D_COEF = 0.01;

/** Has d left d0, is it still growing, when did it settle, was warmup long enough, and has the path gone too far? */
export function diagnoseProdigy(input: DiagnosisInput): readonly string[] {
  return [...estimateFindings(input), ...turnedBack(input)];
}

/** After d has grown, a numerator that stays below zero says that gradients now point back along the path. */
function turnedBack({ hyper, steps, trace }: DiagnosisInput): readonly string[] {
  const N = trace('N');
  const d = trace('d');
  const last = lastFinite(d);
  const d0 = numberOf(hyper, 'd0');
  // Where d has never grown, estimateFindings has named the numerator already.
  if ((steps[last] ?? 0) < PATIENCE_STEPS || !((d[last] ?? 0) > 2 * d0)) return [];
  let since = last;
  while (since >= 0 && (N[since] ?? 0) < 0) since -= 1;
  if (last - since < PATIENCE_STEPS) return [];
  const dCoef = numberOf(hyper, 'dCoef');
  const fact = `The numerator of the estimate has been negative since step ${(steps[since + 1] ?? 0) + 1}: gradients point back along the way gone, and d cannot grow. If the loss is not falling, d is too large.`;
  return [dCoef > MIN_D_COEF ? `${fact} Try d coefficient = ${formatSetting(Math.max(MIN_D_COEF, dCoef / 2))}.` : fact];
}
