import { numberOf } from '../../kernels/step-program.ts';
import { multiplier } from '../dadapt/dadapt.ts';
import type { DiagnosisInput } from '../definition.ts';
import { estimateFindings } from '../estimate-findings.ts';
import { formatNumber, formatSetting, lastFinite } from '../findings.ts';

/** A loss this many times its start has blown up. */
const BLOW_UP = 10;

/** What every estimate has to say, and whether the fixed step d / |g0| has become too long. */
export function diagnoseDadaptSgd(input: DiagnosisInput): readonly string[] {
  return [...blowUp(input), ...estimateFindings(input)];
}

function blowUp({ loss, hyper }: DiagnosisInput): readonly string[] {
  const last = lastFinite(loss);
  const first = loss[0];
  const final = loss[last];
  if (first === undefined || final === undefined || !(first > 0 && final > BLOW_UP * first)) return [];
  const smaller = Math.max(multiplier.min, numberOf(hyper, 'lr') / 10);
  return [
    `The loss rose to ${formatNumber(final / first)} times its start: the step d / |g0| is fixed once d is found, and too long for the steepest direction. Try ${multiplier.label} = ${formatSetting(smaller)}, or a momentum of 0.9.`,
  ];
}
