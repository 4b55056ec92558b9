import { formatPercent } from '../ui/format.ts';
import type { Comparison } from './compare.ts';

/** A comparison in words: one sentence, then what could explain it. */
export interface Verdict {
  readonly tone: 'good' | 'plain' | 'warn';
  readonly sentence: string;
  readonly reasons: readonly string[];
}

/** Two significant digits, never rounded to "0 %". */
const percent = (fraction: number) => (fraction < 1e-4 ? 'less than 0.01 %' : formatPercent(Number(fraction.toPrecision(2))));

export function verdictOf(comparison: Comparison): Verdict {
  switch (comparison.kind) {
    case 'incomplete':
      return { tone: 'plain', sentence: 'The run did not get as far as the first shared sample.', reasons: [] };
    case 'identical':
      return { tone: 'good', sentence: `Identical: all ${comparison.samples} shared losses came out with the same bits.`, reasons: [] };
    case 'agrees': {
      const until = comparison.isThroughout ? 'to the end' : `until step ${comparison.untilStep}, then the runs part`;
      return { tone: 'plain', sentence: `Agrees to ${percent(comparison.deviation)} ${until}.`, reasons: comparison.reasons };
    }
    case 'differs':
      return {
        tone: 'warn',
        sentence: `Differs: at step ${comparison.atStep}, the first shared one, losses are ${percent(comparison.deviation)} apart.`,
        reasons: comparison.reasons,
      };
  }
}
