export type Scale = 'log' | 'linear' | 'log1m';

/** Positions of a slider, both ends included. */
export const SLIDER_STEPS = 1000;

/** Where a log scale ends that would have to reach 0; position 0 then means exactly 0. */
const SMALLEST = 1e-8;
/** Where a log scale ends at the top, so that "no limit" values such as 1e30 leave the slider useful; the last position is the maximum itself. */
const LARGEST = 1e4;

const clamp = (value: number, min: number, max: number) => Math.min(max, Math.max(min, value));

function logRange(min: number, max: number) {
  const low = min > 0 ? min : Math.min(SMALLEST, max / 10);
  const high = max > LARGEST && low < LARGEST ? LARGEST : max;
  return { low, high };
}

/** Two significant digits: a slider must not pretend to more. */
const neat = (value: number) => Number(value.toPrecision(2));

function logPosition(value: number, min: number, max: number): number {
  const { low, high } = logRange(min, max);
  if (value <= min) return 0;
  if (value >= max) return SLIDER_STEPS;
  const share = Math.log(clamp(value, low, high) / low) / Math.log(high / low);
  // Ends are reserved for the exact minimum and maximum.
  return clamp(Math.round(share * SLIDER_STEPS), 1, SLIDER_STEPS - 1);
}

function logValue(position: number, min: number, max: number): number {
  if (position <= 0) return min;
  if (position >= SLIDER_STEPS) return max;
  const { low, high } = logRange(min, max);
  return clamp(neat(low * (high / low) ** (position / SLIDER_STEPS)), min, max);
}

/** Slider position 0..SLIDER_STEPS of a value. 'log1m' is logarithmic in 1 - value and still grows with the value. */
export function positionOf(value: number, min: number, max: number, scale: Scale): number {
  switch (scale) {
    case 'linear':
      return Math.round(((clamp(value, min, max) - min) / (max - min || 1)) * SLIDER_STEPS);
    case 'log':
      return logPosition(value, min, max);
    case 'log1m':
      return SLIDER_STEPS - logPosition(1 - value, 1 - max, 1 - min);
    default:
      return scale satisfies never;
  }
}

/** Inverse of `positionOf`, rounded to what a slider can mean. */
export function valueAt(position: number, min: number, max: number, scale: Scale): number {
  switch (scale) {
    case 'linear':
      return clamp(Number((min + ((max - min) * position) / SLIDER_STEPS).toPrecision(3)), min, max);
    case 'log':
      return logValue(position, min, max);
    case 'log1m': {
      if (position >= SLIDER_STEPS) return max;
      if (position <= 0) return min;
      const complement = logValue(SLIDER_STEPS - position, 1 - max, 1 - min);
      // 1 - 0.032 in float64 has digits nobody chose: cut them where the complement has none.
      return clamp(Number((1 - complement).toFixed(Math.ceil(-Math.log10(complement)) + 2)), min, max);
    }
    default:
      return scale satisfies never;
  }
}
