/**
 * At most about `limit` of the steps 0..count - 1, ascending: those that must be there, a third spread over the logarithm of the step
 * (estimates grow early), the rest evenly.
 */
export function pickSteps(count: number, limit: number, required: readonly number[]): readonly number[] {
  if (limit >= count) return Array.from({ length: count }, (_, step) => step);
  const steps = new Set(required.filter((step) => step >= 0 && step < count));
  const early = Math.floor(limit / 3);
  for (let i = 0; i < early; i++) steps.add(Math.round(Math.exp((i / early) * Math.log(count))) - 1);
  const even = Math.max(2, limit - steps.size);
  for (let i = 0; i < even; i++) steps.add(Math.round((i / (even - 1)) * (count - 1)));
  return [...steps].sort((a, b) => a - b);
}

/**
 * Values at `steps` as values at every step up to the last of them, interpolated as a chart joins its points: straight in the logarithm
 * between positive values, straight otherwise. Next to a value that is not finite there is nothing (NaN).
 */
export function fillBetween(values: Float32Array, steps: readonly number[], length: number): Float32Array {
  const filled = new Float32Array(length).fill(Number.NaN);
  for (let i = 0; i < values.length; i++) {
    const step = steps[i] as number;
    const value = values[i] as number;
    filled[step] = value;
    const next = steps[i + 1];
    const nextValue = values[i + 1];
    if (next === undefined || nextValue === undefined || !Number.isFinite(value) || !Number.isFinite(nextValue)) continue;
    for (let between = step + 1; between < next; between++) {
      const t = (between - step) / (next - step);
      filled[between] = value > 0 && nextValue > 0 ? value * (nextValue / value) ** t : value + (nextValue - value) * t;
    }
  }
  return filled;
}
