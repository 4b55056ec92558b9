/** Debiased exponential moving average that can be continued as values arrive. */
export interface Smoothing {
  readonly factor: number;
  /** One smoothed value per step; NaN where the raw value is not finite. */
  readonly values: Float32Array;
  filled: number;
  average: number;
  /** 1 - factor^(values seen): what the average is divided by. */
  weight: number;
}

/** @param factor weight of the past, 0 (off) <= factor < 1. */
export function createSmoothing(length: number, factor: number): Smoothing {
  if (!(factor >= 0 && factor < 1)) throw new RangeError(`Smoothing must be at least 0 and below 1, but is ${factor}`);
  return { factor, values: new Float32Array(length).fill(Number.NaN), filled: 0, average: 0, weight: 0 };
}

/** Smooths `raw[filled .. count)`. Missing values are left out of the average and stay missing. */
export function extendSmoothing(state: Smoothing, raw: ArrayLike<number>, count: number): void {
  const { factor, values } = state;
  for (let i = state.filled; i < count; i++) {
    const value = raw[i];
    if (value === undefined || !Number.isFinite(value)) continue;
    state.average = factor * state.average + (1 - factor) * value;
    state.weight = factor * state.weight + (1 - factor);
    values[i] = state.average / state.weight;
  }
  state.filled = Math.max(state.filled, count);
}
