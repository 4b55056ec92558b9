/** Largest |value|; NaN where one is not a number. */
export function maxAbs(values: ArrayLike<number>): number {
  let most = 0;
  for (let index = 0; index < values.length; index += 1) most = Math.max(most, Math.abs(values[index] as number));
  return most;
}

/** Largest |a - b|; NaN where one of them is not a number or the lengths differ. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.NaN;
  let most = 0;
  for (let index = 0; index < a.length; index += 1) most = Math.max(most, Math.abs((a[index] as number) - (b[index] as number)));
  return most;
}

/** Equal values do not deviate, not even while everything is still zero. */
export function relative(difference: number, scale: number): number {
  return difference === 0 ? 0 : difference / scale;
}
