import type { ExhibitPart } from '../../workloads/exhibit.ts';

type Answer = Extract<ExhibitPart, { kind: 'probabilities' }>['entries'][number];

export interface ShownAnswers {
  readonly answers: readonly Answer[];
  /** Those left out, or null when all are shown. */
  readonly others: { readonly count: number; readonly text: string } | null;
}

/** That many are shown in the workload's own order, so that no bar changes its place from one evaluation to the next. */
const ALL_SHOWN = 10;
/** Of more than that, so many with the true ones, */
const SHOWN = 6;
/** and at least so many that are not true: their number is always the same, so that nothing moves. */
const SHOWN_FALSE = 3;

/** `3 %`, `97 %`; a digit more below 10 %, so that small ones differ. */
export function shareText(probability: number): string {
  if (!Number.isFinite(probability)) return '–';
  const percent = 100 * probability;
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  return `${percent < 9.95 && percent > 0 ? percent.toFixed(1) : Math.round(percent)} %`;
}

/** All answers where they are few; else all true ones and the most probable others, most probable first, and what the rest comes to. */
export function answersToShow(entries: readonly Answer[]): ShownAnswers {
  if (entries.length <= ALL_SHOWN) return { answers: entries, others: null };
  const ranked = entries.toSorted((a, b) => b.probability - a.probability);
  const trueOnes = ranked.filter(({ isTrue }) => isTrue);
  const falseOnes = ranked.filter(({ isTrue }) => !isTrue);
  const others = falseOnes.slice(Math.max(SHOWN - trueOnes.length, SHOWN_FALSE));
  const sum = (list: readonly Answer[]): number => list.reduce((total, { probability }) => total + probability, 0);
  // Answers that exclude each other share 1 out; others each have a probability of their own.
  const isShared = Math.abs(sum(entries) - 1) < 1e-3;
  const text = isShared ? shareText(sum(others)) : `at most ${shareText(others[0]?.probability ?? 0)} each`;
  return { answers: ranked.filter((entry) => !others.includes(entry)), others: { count: others.length, text } };
}
