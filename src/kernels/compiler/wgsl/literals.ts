import type { Dtype } from '../graph.ts';

/** WGSL text of a constant. NaN and infinity, which WGSL has no literals for, are made from their bits. */
export function literal(value: number, dtype: Dtype): string {
  if (dtype === 'bool') return value !== 0 ? 'true' : 'false';
  if (dtype === 'int32') return `i32(${value})`;
  const rounded = Math.fround(value);
  if (Number.isNaN(rounded)) return 'fromBits(0x7fc00000u)';
  if (!Number.isFinite(rounded)) return rounded > 0 ? 'fromBits(0x7f800000u)' : 'fromBits(0xff800000u)';
  const digits = Object.is(rounded, -0) ? '-0' : `${rounded}`;
  return digits.startsWith('-') ? `(${digits}f)` : `${digits}f`;
}

/** WGSL name of a type. */
export function typeName(dtype: Dtype, width: 1 | 4): string {
  if (width === 1) return dtype === 'float32' ? 'f32' : dtype === 'int32' ? 'i32' : 'bool';
  return dtype === 'float32' ? 'vec4f' : dtype === 'int32' ? 'vec4i' : 'vec4<bool>';
}
