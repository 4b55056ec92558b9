/**
 * Average precision of a ranking: the sum over thresholds of the precision times the gain in recall, without interpolation. That is the mean,
 * over the rows of label 1, of the share of label 1 among all rows that score at least as high: equal scores share one threshold, and their
 * order does not matter. NaN without a row of label 1, and where a score is not a number.
 *
 * @param scores any increasing function of the probability of label 1
 * @param labels 0 or 1
 */
export function averagePrecision(scores: Float64Array, labels: Float64Array): number {
  if (scores.some(Number.isNaN)) return Number.NaN;
  const all = scores.slice().sort();
  const ones = scores.filter((_, row) => labels[row] === 1).sort();
  let sum = 0;
  let [below, onesBelow] = [0, 0];
  for (const threshold of ones) {
    while ((all[below] as number) < threshold) below += 1;
    while ((ones[onesBelow] as number) < threshold) onesBelow += 1;
    sum += (ones.length - onesBelow) / (all.length - below);
  }
  return sum / ones.length;
}

/** Average precision of each column of scores and labels (rows, columns), row-major; null for a column without a row of label 1. */
export function averagePrecisions(scores: ArrayLike<number>, labels: ArrayLike<number>, columns: number): readonly (number | null)[] {
  const rows = scores.length / columns;
  return Array.from({ length: columns }, (_, column) => {
    const of = (values: ArrayLike<number>): Float64Array =>
      Float64Array.from({ length: rows }, (_, row) => values[row * columns + column] as number);
    const own = of(labels);
    return own.includes(1) ? averagePrecision(of(scores), own) : null;
  });
}

/** Mean over the columns that have a row of label 1, as the Open Graph Benchmark has it; NaN where there is none. */
export function meanAveragePrecision(precisions: readonly (number | null)[]): number {
  const known = precisions.filter((precision) => precision !== null);
  return known.reduce((sum, precision) => sum + precision, 0) / known.length;
}
