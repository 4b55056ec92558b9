import type { DiagnosisInput } from '../definition.ts';
import { estimateFindings } from '../estimate-findings.ts';

/** Has d left d0, is it still growing, when did it settle, and was warmup long enough? */
export function diagnoseProdigy(input: DiagnosisInput): readonly string[] {
  return estimateFindings(input);
}
