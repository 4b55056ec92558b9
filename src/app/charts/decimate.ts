import type { Scale } from './axes.ts';

/** A point count above which a line gains nothing: two per pixel column of a small chart. */
export const MAX_POINTS = 200;

/** Whether a value can be drawn: finite, and positive on a logarithmic axis. */
export function isDrawable(value: number | undefined, positiveOnly: boolean): value is number {
  return value !== undefined && Number.isFinite(value) && (!positiveOnly || value > 0);
}

/**
 * Bucket edges for `decimate`, from 0 to the length the line will have in the end, so that buckets do not move while a race grows.
 * Equally wide on a linear x axis, equally wide in log(step) on a logarithmic one.
 *
 * @param planned length in steps.
 * @param limit largest number of points that decimation may return, >= 4.
 */
export function bucketEdges(planned: number, xScale: Scale, limit: number = MAX_POINTS): readonly number[] {
  if (limit < 4) throw new RangeError(`bucketEdges: limit is ${limit}, but the first, last, smallest and largest value need 4 points`);
  if (planned <= limit) return Array.from({ length: planned + 1 }, (_, i) => i);
  const buckets = Math.floor((limit - 2) / 2);
  const edges = [0];
  for (let k = 1; k <= buckets; k++) {
    const edge = xScale === 'linear' ? Math.ceil(planned / buckets) * k : Math.ceil((planned + 1) ** (k / buckets)) - 1;
    const previous = edges[edges.length - 1] as number;
    if (previous >= planned) break;
    if (edge > previous) edges.push(Math.min(edge, planned));
  }
  return edges;
}

/**
 * Min-max decimation: increasing indices into `values[0 .. count)`.
 *
 * Every bucket gives its smallest and its largest drawable value, so that no spike is lost (a mean would hide divergence), and the first and last
 * drawable values are always kept. A bucket without any drawable value gives one index, which the caller sees as a gap; shorter gaps cannot be
 * seen at this resolution.
 *
 * @param values one value per step; non-finite means "not there".
 * @param count steps filled so far, at most the last edge.
 * @param positiveOnly on a logarithmic axis values <= 0 are not there.
 */
export function decimate(values: ArrayLike<number>, count: number, edges: readonly number[], positiveOnly: boolean): readonly number[] {
  const indices: number[] = [];
  let last = count - 1;
  while (last >= 0 && !isDrawable(values[last], positiveOnly)) last--;
  let first = 0;
  while (first <= last && !isDrawable(values[first], positiveOnly)) first++;
  if (first > last) return indices;
  push(indices, first);
  for (let bucket = 1; bucket < edges.length; bucket++) {
    const start = edges[bucket - 1] as number;
    const edge = edges[bucket] as number;
    if (edge <= first) continue;
    if (start > last) break;
    let low = -1;
    let high = -1;
    for (let i = Math.max(start, first); i < edge && i <= last; i++) {
      const value = values[i];
      if (!isDrawable(value, positiveOnly)) continue;
      if (low < 0 || value < (values[low] as number)) low = i;
      if (high < 0 || value > (values[high] as number)) high = i;
    }
    if (low < 0) push(indices, start);
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
