/** Median and range over seeds, one value per step, continued as steps arrive. */
export interface SeedSummary {
  readonly median: Float32Array;
  readonly low: Float32Array;
  readonly high: Float32Array;
  filled: number;
}

export function createSeedSummary(length: number): SeedSummary {
  const empty = () => new Float32Array(length).fill(Number.NaN);
  return { median: empty(), low: empty(), high: empty(), filled: 0 };
}

/**
 * Summarizes steps `filled .. count` of several seeds' columns.
 * Seeds without a finite value at a step (diverged) are left out; the median ends where fewer than half of the seeds are left,
 * because it would otherwise speak for the survivors only.
 */
export function extendSeedSummary(state: SeedSummary, columns: readonly ArrayLike<number>[], count: number): void {
  const finite: number[] = [];
  for (let i = state.filled; i < count; i++) {
    finite.length = 0;
    for (const column of columns) {
      const value = column[i];
      if (value !== undefined && Number.isFinite(value)) finite.push(value);
    }
    if (finite.length * 2 < columns.length || finite.length === 0) continue;
    finite.sort((a, b) => a - b);
    state.median[i] = medianOfSorted(finite);
    state.low[i] = finite[0] as number;
    state.high[i] = finite[finite.length - 1] as number;
  }
  state.filled = Math.max(state.filled, count);
}

/** Median of ascending values; NaN when there are none. The mean of the two middle ones for an even number. */
export function medianOfSorted(sorted: readonly number[]): number {
  const upper = sorted[sorted.length >> 1];
  if (upper === undefined) return Number.NaN;
  if (sorted.length % 2 === 1) return upper;
  const lower = sorted[(sorted.length >> 1) - 1] as number;
  return lower === upper ? upper : (lower + upper) / 2;
}

/** Median where a missing value counts as worse than any other; null when the median itself is missing. */
export function medianOrNull(values: readonly (number | null)[]): number | null {
  const sorted = values.map((value) => value ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const median = medianOfSorted(sorted);
  return Number.isFinite(median) ? median : null;
}
