/** One number of ours beside that of an independent implementation. Null: there is none, as for what is not defined. */
export interface Comparison {
  readonly metric: string;
  readonly name: string;
  readonly ours: number | null;
  readonly expected: number | null;
}

/** In double precision; relative where a number is greater than 1. */
const TOLERANCE = 1e-9;

/** How far apart the two are; infinite where one of them is missing or not a number. */
export function differenceOf({ ours, expected }: Pick<Comparison, 'ours' | 'expected'>): number {
  if (ours === null && expected === null) return 0;
  if (ours === null || expected === null) return Number.POSITIVE_INFINITY;
  const difference = Math.abs(ours - expected);
  return Number.isFinite(difference) ? difference : Number.POSITIVE_INFINITY;
}

export const isWithin = (comparison: Comparison): boolean =>
  differenceOf(comparison) <= TOLERANCE * Math.max(1, Math.abs(comparison.expected ?? 0));

/** The pair of two lists that is furthest apart, which speaks for all of them; their lengths where these differ. */
export function worstOf(ours: readonly (number | null)[], expected: readonly (number | null)[]): Pick<Comparison, 'ours' | 'expected'> {
  if (ours.length !== expected.length) return { ours: ours.length, expected: expected.length };
  const pairs = ours.map((own, index) => ({ ours: own, expected: expected[index] ?? null }));
  return pairs.reduce((worst, pair) => (differenceOf(pair) >= differenceOf(worst) ? pair : worst), { ours: null, expected: null });
}
