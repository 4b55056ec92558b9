import { fromBase64, toBase64 } from '../base64.ts';

/**
 * A series of float32 numbers as base64: a byte for the scale, the smallest and the largest finite value (float32), then one 16-bit code
 * each. Positive series are coded on a log scale, others linearly: the error is at most half a code, 1 / 131,060 of the (log) range.
 * Both ends, zero, infinities and NaN are kept as they are.
 */
export type CodedSeries = string;

const HEADER_BYTES = 9;
const LINEAR = 0;
const LOG = 1;

const ZERO = 0;
const FIRST = 1;
const LAST = 65_531;
const MINUS_INFINITY = 65_533;
const INFINITY = 65_534;
const NOT_A_NUMBER = 65_535;

/** Largest coding error, as a fraction of the (log) range. */
export const CODE_ERROR = 0.5 / (LAST - FIRST);

/** Where a value lies between the ends, on the series' scale. */
interface Scale {
  readonly kind: number;
  readonly min: number;
  readonly max: number;
}

const low = ({ kind, min }: Scale) => (kind === LOG ? Math.log(min) : min);
const range = (scale: Scale) => (scale.kind === LOG ? Math.log(scale.max) : scale.max) - low(scale);

function scaleOf(values: ArrayLike<number>): Scale {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value) || value === 0) continue;
    min = Math.min(min, Math.fround(value));
    max = Math.max(max, Math.fround(value));
  }
  if (min > max) return { kind: LOG, min: 1, max: 1 };
  return { kind: min > 0 ? LOG : LINEAR, min, max };
}

function codeOne(value: number, scale: Scale): number {
  if (value === 0) return ZERO;
  if (Number.isNaN(value)) return NOT_A_NUMBER;
  if (!Number.isFinite(value)) return value > 0 ? INFINITY : MINUS_INFINITY;
  const width = range(scale);
  const position = width === 0 ? 0 : ((scale.kind === LOG ? Math.log(value) : value) - low(scale)) / width;
  return FIRST + Math.round(Math.min(1, Math.max(0, position)) * (LAST - FIRST));
}

function decodeOne(code: number, scale: Scale): number {
  if (code === ZERO) return 0;
  if (code === INFINITY) return Number.POSITIVE_INFINITY;
  if (code === MINUS_INFINITY) return Number.NEGATIVE_INFINITY;
  if (code > LAST) return Number.NaN;
  // Exact ends: an estimate that never left its start must not seem to have moved.
  if (code === FIRST) return scale.min;
  if (code === LAST) return scale.max;
  const value = low(scale) + ((code - FIRST) / (LAST - FIRST)) * range(scale);
  return scale.kind === LOG ? Math.exp(value) : value;
}

/** @param values of float32 range; rounded to float32. */
export function codeSeries(values: ArrayLike<number>): CodedSeries {
  const scale = scaleOf(values);
  const bytes = new Uint8Array(HEADER_BYTES + values.length * 2);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, scale.kind);
  view.setFloat32(1, scale.min, true);
  view.setFloat32(5, scale.max, true);
  for (let i = 0; i < values.length; i++) view.setUint16(HEADER_BYTES + i * 2, codeOne(values[i] as number, scale), true);
  return toBase64(bytes);
}

/** Inverse of `codeSeries`; null when the text is not a series of exactly `length` values. */
export function decodeSeries(coded: CodedSeries, length: number): Float32Array | null {
  const bytes = fromBase64(coded, HEADER_BYTES + length * 2);
  if (!bytes) return null;
  const view = new DataView(bytes.buffer);
  const scale: Scale = { kind: view.getUint8(0), min: view.getFloat32(1, true), max: view.getFloat32(5, true) };
  const isValid =
    scale.kind <= LOG && scale.min <= scale.max && Number.isFinite(scale.max - scale.min) && (scale.kind === LINEAR || scale.min > 0);
  return isValid ? Float32Array.from({ length }, (_, i) => decodeOne(view.getUint16(HEADER_BYTES + i * 2, true), scale)) : null;
}

/** Numbers kept exactly: as float32 where all of them are float32 values, else as float64. */
export function packExactly(values: readonly number[]): string {
  const isFloat32 = values.every((value) => Number.isNaN(value) || Math.fround(value) === value);
  const array = isFloat32 ? Float32Array.from(values) : Float64Array.from(values);
  const width = array.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) isFloat32 ? view.setFloat32(i * width, value, true) : view.setFloat64(i * width, value, true);
  return toBase64(bytes);
}

/** Inverse of `packExactly`; null when the text is not exactly `length` numbers. */
export function unpackExactly(text: string, length: number): readonly number[] | null {
  const single = fromBase64(text, length * 4);
  const bytes = single ?? fromBase64(text, length * 8);
  if (!bytes) return null;
  const view = new DataView(bytes.buffer);
  return Array.from({ length }, (_, i) => (single ? view.getFloat32(i * 4, true) : view.getFloat64(i * 8, true)));
}
