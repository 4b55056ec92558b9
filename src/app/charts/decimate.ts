/** A point count above which a line gains nothing: two per pixel column of a small chart. */
export const MAX_POINTS = 200;

/** Whether a value can be drawn: finite, and positive on a logarithmic axis. */
export function isDrawable(value: number | undefined, positiveOnly: boolean): value is number {
  return value !== undefined && Number.isFinite(value) && (!positiveOnly || value > 0);
}

/**
 * Min-max decimation: increasing indices into `values[0 .. count)`, at most `limit` of them.
 *
 * Every bucket gives its smallest and its largest drawable value, so that no spike is lost (a mean would hide divergence), and the first and last
 * drawable values are always kept. A bucket without any drawable value gives one index, which the caller sees as a gap; shorter gaps cannot be
 * seen at this resolution. Buckets are counted from the `planned` length, so that they do not move while a race grows.
 *
 * @param values one value per step; non-finite means "not there".
 * @param count steps filled so far.
 * @param planned length the line will have in the end, >= count.
 * @param positiveOnly on a logarithmic axis values <= 0 are not there.
 * @param limit largest number of indices, >= 4.
 */
export function decimate(
  values: ArrayLike<number>,
  count: number,
  planned: number,
  positiveOnly: boolean,
  limit: number = MAX_POINTS,
): readonly number[] {
  if (limit < 4) throw new RangeError(`decimate: limit is ${limit}, but the first, last, smallest and largest value need 4 points`);
  const indices: number[] = [];
  let last = count - 1;
  while (last >= 0 && !isDrawable(values[last], positiveOnly)) last--;
  let first = 0;
  while (first <= last && !isDrawable(values[first], positiveOnly)) first++;
  if (first > last) return indices;
  if (planned <= limit) {
    for (let i = first; i <= last; i++) indices.push(i);
    return indices;
  }
  const size = Math.ceil(planned / Math.floor((limit - 2) / 2));
  indices.push(first);
  for (let start = Math.floor(first / size) * size; start <= last; start += size) {
    let low = -1;
    let high = -1;
    const end = Math.min(start + size, last + 1);
    for (let i = Math.max(start, first); i < end; i++) {
      const value = values[i];
      if (!isDrawable(value, positiveOnly)) continue;
      if (low < 0 || value < (values[low] as number)) low = i;
      if (high < 0 || value > (values[high] as number)) high = i;
    }
    if (low < 0) indices.push(start);
    else {
      push(indices, Math.min(low, high));
      push(indices, Math.max(low, high));
    }
  }
  push(indices, last);
  return indices;
}

function push(indices: number[], index: number): void {
  if (index > (indices[indices.length - 1] ?? -1)) indices.push(index);
}
