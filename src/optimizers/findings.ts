/** Index of the last finite entry, or -1. Series end in NaN once their run has ended. */
export function lastFinite(series: ArrayLike<number>): number {
  let index = series.length - 1;
  while (index >= 0 && !Number.isFinite(series[index])) index -= 1;
  return index;
}

/** Mean of the entries from `first` to `last`, both included; NaN where there are none. */
export function meanOf(series: ArrayLike<number>, first: number, last: number): number {
  let sum = 0;
  for (let index = Math.max(first, 0); index <= last; index += 1) sum += series[index] ?? Number.NaN;
  return sum / (last - Math.max(first, 0) + 1);
}

/** First index from which on every entry up to `last` stays within 5 % of the one at `last`. */
export function settledAt(series: ArrayLike<number>, last: number): number {
  const final = series[last] ?? Number.NaN;
  let index = last;
  while (index > 0 && Math.abs((series[index - 1] ?? Number.NaN) - final) <= 0.05 * Math.abs(final)) index -= 1;
  return index;
}

/** A measured number, by the rule of every number on the page: `12.3`, `3.2e-4` below 0.01, `3.88e4` from 10,000 up. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (value === 0) return '0';
  if (size < 0.01) return value.toExponential(1);
  if (size >= 9999.5) return value.toExponential(2).replace('e+', 'e');
  return size >= 999.5 ? String(Math.round(value)) : value.toPrecision(3);
}

/** A setting as its field shows it, `1e-6` or `0.5`, without what arithmetic adds in the last digits. */
export function formatSetting(value: number): string {
  const tidy = Number(value.toPrecision(12));
  const size = Math.abs(tidy);
  return size !== 0 && (size < 0.01 || size >= 1e6) ? tidy.toExponential().replace('e+', 'e') : String(tidy);
}

/** `1 step`, `41 steps`. */
export function countSteps(count: number): string {
  return `${count} ${count === 1 ? 'step' : 'steps'}`;
}
