/**
 * Debiased exponential moving average that can be continued as values arrive. On a logarithmic axis it averages logarithms: an average of
 * the values themselves lags decades behind a loss that falls, and jumps to every spike.
 */
export interface Smoothing {
  readonly factor: number;
  readonly scale: 'linear' | 'log';
  /** One smoothed value per step; NaN where the raw value is not finite, or not positive on a logarithmic axis. */
  readonly values: Float32Array;
  filled: number;
  average: number;
  /** 1 - factor^(values seen): what the average is divided by. */
  weight: number;
}

/** @param factor weight of the past, 0 (off) <= factor < 1. */
export function createSmoothing(length: number, factor: number, scale: Smoothing['scale']): Smoothing {
  if (!(factor >= 0 && factor < 1)) throw new RangeError(`Smoothing must be at least 0 and below 1, but is ${factor}`);
  return { factor, scale, values: new Float32Array(length).fill(Number.NaN), filled: 0, average: 0, weight: 0 };
}

/** Smooths `raw[filled .. count)`. Missing values are left out of the average and stay missing. */
export function extendSmoothing(state: Smoothing, raw: ArrayLike<number>, count: number): void {
  const { factor, scale, values } = state;
  for (let i = state.filled; i < count; i++) {
    const value = scale === 'log' ? Math.log(raw[i] ?? Number.NaN) : raw[i];
    if (value === undefined || !Number.isFinite(value)) continue;
    state.average = factor * state.average + (1 - factor) * value;
    state.weight = factor * state.weight + (1 - factor);
    const mean = state.average / state.weight;
    values[i] = scale === 'log' ? Math.exp(mean) : mean;
  }
  state.filled = Math.max(state.filled, count);
}
