import type { BinaryFn, UnaryFn } from '../graph.ts';

/** Half the distance between neighbouring float32 numbers, relative to them: the error of one rounding. */
export const UNIT = 2 ** -24;

/**
 * Errors that generated code is granted per function, in units of `UNIT` relative to the result. WGSL's own `exp`, `log`, `sqrt` and
 * division have a few (https://www.w3.org/TR/WGSL/#floating-point-accuracy); functions made of several of them have as many times more.
 */
export const UNARY_ULPS: Readonly<Record<UnaryFn, number>> = {
  neg: 0,
  abs: 0,
  sign: 0,
  sqrt: 5,
  exp: 8,
  expm1: 32,
  log: 8,
  log1p: 16,
  sin: 16,
  cos: 16,
  tanh: 32,
  erf: 16,
  floor: 0,
  ceil: 0,
  round: 0,
  not: 0,
  isFinite: 0,
  isNaN: 0,
  toFloat: 0,
  toInt: 0,
  toBool: 0,
};

export const BINARY_ULPS: Readonly<Record<BinaryFn, number>> = {
  add: 1,
  sub: 1,
  mul: 1,
  div: 6,
  max: 0,
  min: 0,
  pow: 32,
  mod: 2,
  eq: 0,
  ne: 0,
  lt: 0,
  le: 0,
  and: 0,
  or: 0,
};
