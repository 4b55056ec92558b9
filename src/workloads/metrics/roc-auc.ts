/**
 * Area under the receiver operating characteristic: the probability that a row with label 1 scores higher than one with label 0, where equal
 * scores count one half. Exact: a count of pairs. NaN without both labels, and where a score is not a number.
 *
 * @param scores any increasing function of the probability of label 1
 * @param labels 0 or 1
 */
export function rocAuc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const [zeros, ones] = [sortedScores(scores, labels, 0), sortedScores(scores, labels, 1)];
  // Typed arrays are sorted with NaN at the end.
  if (Number.isNaN(zeros.at(-1)) || Number.isNaN(ones.at(-1))) return Number.NaN;
  let [lower, notHigher, twice] = [0, 0, 0];
  for (const score of ones) {
    while (lower < zeros.length && (zeros[lower] as number) < score) lower += 1;
    while (notHigher < zeros.length && (zeros[notHigher] as number) <= score) notHigher += 1;
    twice += lower + notHigher;
  }
  return twice / (2 * zeros.length * ones.length);
}

/** Scores of the rows with that label, in rising order. */
function sortedScores(scores: ArrayLike<number>, labels: ArrayLike<number>, label: number): Float64Array {
  const found = new Float64Array(scores.length);
  let count = 0;
  for (let row = 0; row < scores.length; row++) if (labels[row] === label) found[count++] = scores[row] as number;
  return found.subarray(0, count).sort();
}
