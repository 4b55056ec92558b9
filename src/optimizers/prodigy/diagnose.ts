import { numberOf } from '../../kernels/step-program.ts';
import type { DiagnosisInput } from '../definition.ts';
import { estimateFindings } from '../estimate-findings.ts';
import { formatSetting, lastFinite, meanOf } from '../findings.ts';

/** Steps after which a numerator below zero is worth a word. */
const PATIENCE_STEPS = 50;
/** Steps over which the loss is averaged. */
const LOSS_WINDOW = 10;
/** The smallest d coefficient there is. */
const MIN_D_COEF = 0.01;

/** Has d left d0, is it still growing, when did it settle, was warmup long enough, and has the path gone too far? */
export function diagnoseProdigy(input: DiagnosisInput): readonly string[] {
  return [...estimateFindings(input), ...turnedBack(input)];
}

/**
 * After d has grown, a numerator that stays below zero says that gradients now point back along the path. That is usual near a solution, and
 * bad where the loss has not fallen meanwhile.
 */
function turnedBack({ hyper, steps, trace, loss }: DiagnosisInput): readonly string[] {
  const N = trace('N');
  const d = trace('d');
  const last = lastFinite(d);
  // Where d has never grown, estimateFindings has named the numerator already.
  if (!((d[last] ?? 0) > 2 * numberOf(hyper, 'd0'))) return [];
  let turn = last;
  while (turn >= 0 && (N[turn] ?? 0) < 0) turn -= 1;
  if (last - turn < PATIENCE_STEPS) return [];
  const then = meanOf(loss, turn + 1, turn + LOSS_WINDOW);
  if (!(meanOf(loss, last - LOSS_WINDOW + 1, last) >= then)) return [];
  const dCoef = numberOf(hyper, 'dCoef');
  const fact = `The numerator of the estimate has been negative since step ${(steps[turn + 1] ?? 0) + 1}, and the loss has not fallen since: gradients point back along the way gone, because d is too large.`;
  return [dCoef > MIN_D_COEF ? `${fact} Try d coefficient = ${formatSetting(Math.max(MIN_D_COEF, dCoef / 2))}.` : fact];
}
