import type { Guard } from '../index-map.ts';
import { innermost, type Scope } from './scope.ts';

/** A coordinate of a kernel's domain: base + plus, where `base` is a WGSL i32 (null: 0) known in `scope`. */
export interface Digit {
  readonly base: string | null;
  readonly scope: Scope;
  readonly plus: number;
}

/** The sum of an i32 known in `scope` (null: 0) and a constant. */
export type Linear = Digit;

/** A point of a domain. `vector`: the digit along which it stands for 4 points, its value being that of the first; -1: one point. */
export interface Point {
  readonly digits: readonly Digit[];
  readonly vector: number;
}

/** Below this, a division by a constant as a multiplication of floats is exact: the error of (x + 0.5) / d stays under 0.5 / d. */
const EXACT_BELOW = 2 ** 21;

/** x / divisor, rounded down, for 0 <= x < limit. */
export function divide(x: string, divisor: number, limit: number): string {
  if (divisor === 1) return x;
  if (Number.isInteger(Math.log2(divisor))) return `${x} >> ${Math.log2(divisor)}u`;
  // Integer division has no instruction on most processors.
  if (limit <= EXACT_BELOW) return `i32((f32(${x}) + 0.5) * ${Math.fround(1 / divisor)})`;
  return `${x} / ${divisor}`;
}

/**
 * Digits of a flat index.
 * @param flat i32 known in `scope`
 * @param extents of the digits, most significant first
 */
export function splitIndex(scope: Scope, flat: string, extents: readonly number[]): Digit[] {
  const digits: Digit[] = [];
  let rest = flat;
  let limit = extents.reduce((product, extent) => product * extent, 1);
  for (let d = extents.length - 1; d >= 0; d--) {
    const extent = extents[d] as number;
    if (extent === 1) {
      digits.unshift({ base: null, scope, plus: 0 });
      continue;
    }
    if (extent === limit) {
      digits.unshift({ base: rest, scope, plus: 0 });
      rest = '0';
      limit = 1;
      continue;
    }
    const upper = scope.let(divide(rest, extent, limit));
    digits.unshift({ base: scope.let(`${rest} - ${upper} * ${extent}`), scope, plus: 0 });
    rest = upper;
    limit /= extent;
  }
  return digits;
}

/** Digits of base + plus, where base is less than `tile` after a multiple of it, base + plus no more (0: anything), and 0 <= plus. */
export function offsetDigits(scope: Scope, base: string, extents: readonly number[], plus: number, tile: number): Digit[] {
  const isSingle = extents.filter((extent) => extent > 1).length <= 1;
  const last = extents.length - 1;
  if (isSingle || (tile > 0 && (extents[last] as number) % tile === 0)) {
    const digits = base === '0' ? extents.map((): Digit => ({ base: null, scope, plus: 0 })) : splitIndex(scope, base, extents);
    const moving = isSingle ? extents.findIndex((extent) => extent > 1) : last;
    return digits.map((digit, d) => (d === moving ? { ...digit, plus } : digit));
  }
  return splitIndex(scope, scope.let(`${base} + ${plus}`), extents);
}

/** start + offset + sum of strides[d] * digit[d]. */
export function linear(strides: readonly number[], offset: number, digits: readonly Digit[], start: Linear): Linear {
  let plus = start.plus + offset;
  const terms = new Map<Scope, string[]>();
  const add = (scope: Scope, term: string): void => {
    terms.set(scope, [...(terms.get(scope) ?? []), term]);
  };
  if (start.base !== null) add(start.scope, start.base);
  digits.forEach((digit, d) => {
    const stride = strides[d] as number;
    plus += stride * digit.plus;
    if (stride === 0 || digit.base === null) return;
    add(digit.scope, stride === 1 ? digit.base : `${digit.base} * ${stride < 0 ? `(${stride})` : stride}`);
  });
  let base: string | null = null;
  let scope = start.scope;
  for (const [level, parts] of [...terms].sort(([a], [b]) => a.depth - b.depth)) {
    scope = innermost(scope, level);
    base = scope.let((base === null ? parts : [base, ...parts]).join(' + '));
  }
  return { base, scope, plus };
}

/** The i32 text of a linear form. */
export function linearText({ base, plus }: Linear): string {
  if (base === null) return `${plus}`;
  if (plus === 0) return base;
  return plus < 0 ? `${base} - ${-plus}` : `${base} + ${plus}`;
}

/** WGSL forbids constants that leave their type, so what is known beforehand is decided beforehand. */
function constantCheck(values: readonly number[], extent: number): string {
  const holds = values.map((value) => value >= 0 && value < extent);
  return holds.length === 1 ? `(${holds[0]})` : `(vec4<bool>(${holds.join(', ')}))`;
}

/** Whether all guards hold: bool, or vec4<bool> where they depend on the point's vector digit. Null when there is nothing to check. */
export function guardsText(
  guards: readonly Guard[],
  point: Point,
  root: Scope,
): { readonly text: string; readonly width: 1 | 4; readonly scope: Scope } | null {
  if (guards.length === 0) return null;
  const checks = guards.map((guard) => {
    const form = linear(guard.coefficients, guard.offset, point.digits, { base: null, scope: root, plus: 0 });
    const step = point.vector < 0 ? 0 : (guard.coefficients[point.vector] as number);
    const lanes = [0, step, 2 * step, 3 * step];
    const text =
      form.base === null
        ? constantCheck(
            (step === 0 ? [0] : lanes).map((lane) => form.plus + lane),
            guard.extent,
          )
        : step === 0
          ? `(u32(${linearText(form)}) < ${guard.extent}u)`
          : `(bitcast<vec4u>(vec4i(${linearText(form)}) + vec4i(${lanes.join(', ')})) < vec4u(${guard.extent}u))`;
    return { text, width: step === 0 ? (1 as const) : (4 as const), scope: form.scope };
  });
  const width = checks.some((check) => check.width === 4) ? 4 : 1;
  const scope = innermost(...checks.map((check) => check.scope));
  const text = checks.map((check) => (check.width === width ? check.text : `vec4<bool>${check.text}`)).join(' & ');
  return { text: scope.let(text), width, scope };
}

/** The largest divisor of an extent that is at most `most`; 1 where there is none, or the extent is no whole number. */
export function largestDivisor(extent: number, most: number): number {
  for (let divisor = Math.floor(Math.min(extent, most)); divisor > 1; divisor--) if (extent % divisor === 0) return divisor;
  return 1;
}
