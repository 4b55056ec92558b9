import { numberOf } from '../../kernels/step-program.ts';
import type { DiagnosisInput } from '../definition.ts';
import { countSteps, formatNumber, formatSetting, lastFinite } from '../findings.ts';

/** Bets are far from free where gradients add up to less than this part of what alpha asks for. */
const SHORT_FOR_ALPHA = 0.1;
/** Steps after which a reward of nothing is worth a word. */
const PATIENCE_STEPS = 50;

/** Has any bet won, and was the run long enough for alpha? */
export function diagnoseCocob({ hyper, steps, trace, isFinished }: DiagnosisInput): readonly string[] {
  const reward = trace('sumR');
  const last = lastFinite(reward);
  const lastStep = steps[last];
  if (lastStep === undefined) return [];
  const done = lastStep + 1;
  const [gradients, largest] = [trace('sumG')[last] ?? 0, trace('sumL')[last] ?? 0];
  if (gradients === 0) return done < PATIENCE_STEPS ? [] : [`All gradients were zero in ${countSteps(done)}: there is nothing to bet on.`];
  if (reward[last] === 0 && done >= PATIENCE_STEPS) {
    return [
      `No coordinate holds a reward after ${countSteps(done)}: gradients turn back on every bet, so that parameters stay within 1 of where they started.`,
    ];
  }
  // Until its gradients add up to alpha times the largest of them, a coordinate bets less of its wealth than they would allow.
  const alpha = numberOf(hyper, 'alpha');
  const seen = gradients / largest + 1;
  if (!isFinished || seen >= SHORT_FOR_ALPHA * alpha) return [];
  return [
    `alpha kept bets small to the end: gradients add up to only ${formatNumber(seen)} times the largest, and alpha is ${formatSetting(alpha)}. Try alpha = ${formatSetting(Math.max(1, Math.round(seen / 2)))}.`,
  ];
}
