/** Index of the last finite entry, or -1. Series end in NaN once their run has ended. */
export function lastFinite(series: ArrayLike<number>): number {
  let index = series.length - 1;
  while (index >= 0 && !Number.isFinite(series[index])) index -= 1;
  return index;
}

/** First index from which on every entry up to `last` stays within 5 % of the one at `last`. */
export function settledAt(series: ArrayLike<number>, last: number): number {
  const final = series[last] ?? Number.NaN;
  let index = last;
  while (index > 0 && Math.abs((series[index - 1] ?? Number.NaN) - final) <= 0.05 * Math.abs(final)) index -= 1;
  return index;
}

/** Three significant digits, as people write them: 0.0123, 1e-6. */
export function formatNumber(value: number): string {
  const magnitude = Math.abs(value);
  if (value === 0 || (magnitude >= 1e-3 && magnitude < 1e5)) return String(Number(value.toPrecision(3)));
  return value
    .toExponential(2)
    .replace(/\.?0+e/, 'e')
    .replace('e+', 'e');
}
