import { fromBase64, toBase64 } from '../base64.ts';

/**
 * A series of numbers as 16-bit codes, base64. Positive series are coded on a log scale, others linearly, between their smallest and
 * largest finite value: the error is at most half a code, 1 / 131,060 of the (log) range. Zero, infinity and NaN are kept as they are.
 */
export interface CodedSeries {
  readonly scale: 'log' | 'linear';
  readonly min: number;
  readonly max: number;
  readonly codes: string;
}

const ZERO = 0;
const FIRST = 1;
const LAST = 65_531;
const MINUS_INFINITY = 65_533;
const INFINITY = 65_534;
const NOT_A_NUMBER = 65_535;

/** Largest coding error, as a fraction of the (log) range. */
export const CODE_ERROR = 0.5 / (LAST - FIRST);

export function codeSeries(values: ArrayLike<number>): CodedSeries {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let hasNegative = false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value) || value === 0) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    if (value < 0) hasNegative = true;
  }
  if (min > max) min = max = 1;
  const scale = hasNegative ? 'linear' : 'log';
  const low = scale === 'log' ? Math.log(min) : min;
  const range = (scale === 'log' ? Math.log(max) : max) - low;
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) view.setUint16(i * 2, codeOf(values[i] as number, scale, low, range), true);
  return { scale, min, max, codes: toBase64(bytes) };
}

function codeOf(value: number, scale: CodedSeries['scale'], low: number, range: number): number {
  if (value === 0) return ZERO;
  if (Number.isNaN(value)) return NOT_A_NUMBER;
  if (!Number.isFinite(value)) return value > 0 ? INFINITY : MINUS_INFINITY;
  const position = range === 0 ? 0 : ((scale === 'log' ? Math.log(value) : value) - low) / range;
  return FIRST + Math.round(position * (LAST - FIRST));
}

/** Inverse of `codeSeries`; null when the codes are not exactly `length` of them. */
export function decodeSeries({ scale, min, max, codes }: CodedSeries, length: number): Float32Array | null {
  const bytes = fromBase64(codes, length * 2);
  if (!bytes || (scale === 'log' && min <= 0) || max < min) return null;
  const view = new DataView(bytes.buffer);
  const low = scale === 'log' ? Math.log(min) : min;
  const range = (scale === 'log' ? Math.log(max) : max) - low;
  return Float32Array.from({ length }, (_, i) => {
    const code = view.getUint16(i * 2, true);
    if (code === ZERO) return 0;
    if (code === INFINITY) return Number.POSITIVE_INFINITY;
    if (code === MINUS_INFINITY) return Number.NEGATIVE_INFINITY;
    if (code > LAST) return Number.NaN;
    // Exact ends: an estimate that never left its start must not seem to have moved.
    if (code === FIRST) return min;
    if (code === LAST) return max;
    const value = low + ((code - FIRST) / (LAST - FIRST)) * range;
    return scale === 'log' ? Math.exp(value) : value;
  });
}
