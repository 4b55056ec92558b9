import { sizeOf } from '../index-map.ts';
import type { Access, LoopsKernel } from '../schedule.ts';
import type { ClassChoices } from './adapter-class.ts';
import { largestDivisor } from './digits.ts';

/** Inner points that are written out instead of looped over. */
export const UNROLLED = 4;
/** The same of fours, where several passes go over them: what one has loaded or computed, the next one need not load. */
const UNROLLED_OF_PASSES = 12;
/** Columns of fewer points are not shared by the threads of a quad, nor are rows. */
const QUAD_COLUMN = 16;
const QUAD_ROW = 32;

/** How a loops kernel is spread over threads. */
export interface Mapping {
  /** Digits that threads, quads or workgroups have one point of; the others are looped over. */
  readonly outer: number;
  /** Digit along which 4 points are computed at once, or -1. */
  readonly vector: number;
  /** Who shares the inner points of an outer point, or of 4 of them. */
  readonly sharers: 'none' | 'quad' | 'workgroup';
  /** Outer digit along which a thread has `count` points (or fours) one after the other: what does not depend on it is read once for all. */
  readonly repeated: Repeated | null;
}

interface Repeated {
  readonly digit: number;
  /** A divisor of the digit's extent, or of its number of fours. */
  readonly count: number;
}

/** Points along a digit that a thread, quad or workgroup has. */
export const unitOf = (digit: number, { vector, repeated }: Mapping): number =>
  (digit === vector ? 4 : 1) * (digit === repeated?.digit ? repeated.count : 1);

/** Threads, quads or workgroups along each outer digit. */
export const unitsOf = (extents: readonly number[], mapping: Mapping): number[] =>
  extents.slice(0, mapping.outer).map((extent, digit) => extent / unitOf(digit, mapping));

export function mappingOf(kernel: LoopsKernel, choices: ClassChoices): Mapping {
  const { longRow, fewColumns, columnThreads, workgroup, quadTile } = choices;
  const { extents, passes } = kernel;
  const isMap = passes.every((pass) => pass.reduces.length === 0 && pass.outerStores.length === 0);
  const outer = isMap ? extents.length : kernel.outer;
  const inner = sizeOf(extents.slice(outer));
  const lastInner = extents.length - 1;
  const lastOuter = outer - 1;
  const outerPoints = sizeOf(extents.slice(0, outer));
  // Sums over columns are better off with threads side by side, as long as there are enough columns.
  const isRow = contiguity(kernel, lastInner) > contiguity(kernel, lastOuter);
  const isShared = inner >= longRow && (isRow || outerPoints < fewColumns);
  const allows = (digit: number): boolean => digit >= 0 && (extents[digit] as number) % 4 === 0;
  const isLong = !isMap && !isRow && inner >= QUAD_COLUMN && outerPoints / 4 < columnThreads;
  if (quadTile !== null && isLong && allows(lastOuter) && !replacesItsInput(kernel)) {
    return { outer, vector: lastOuter, sharers: 'quad', repeated: null };
  }
  // Without each other's help, most threads of the quad would have nothing to do.
  const isLone = !isMap && isRow && inner >= QUAD_ROW && outerPoints === 1;
  if (quadTile !== null && isLone && !isShared && !replacesItsInput(kernel)) {
    return { outer, vector: allows(lastInner) ? lastInner : -1, sharers: 'quad', repeated: null };
  }
  const isInner = outer < extents.length && allows(lastInner) && (!isShared || inner >= 4 * workgroup);
  const isOuter = !isShared && allows(lastOuter) && (isMap || outerPoints / 4 >= columnThreads);
  const gain = contiguity(kernel, lastInner) - contiguity(kernel, lastOuter) || reads(kernel, lastOuter) - reads(kernel, lastInner);
  const vector = isInner && (!isOuter || gain >= 0) ? lastInner : isOuter ? lastOuter : -1;
  if (isShared) return { outer, vector, sharers: 'workgroup', repeated: null };
  const isShort = inner / (vector >= outer ? 4 : 1) <= UNROLLED;
  return { outer, vector, sharers: 'none', repeated: isShort ? repeatedIn(kernel, outer, vector, choices) : null };
}

/** Whether what is stored once per outer point is read at inner ones, which threads may reach earlier or later. */
function replacesItsInput({ exprs, passes }: LoopsKernel): boolean {
  const replaced = new Set(passes.flatMap(({ outerStores }) => outerStores.map(({ buffer }) => buffer)));
  return exprs.some((expr) => (expr.kind === 'load' || expr.kind === 'loadAt') && replaced.has(expr.buffer));
}

/** Along which digit a thread has several points: the one that saves most. Index arithmetic is saved along any, half a read's worth. */
function repeatedIn(
  { extents, exprs }: LoopsKernel,
  outer: number,
  vector: number,
  { columnThreads, mapPoints }: ClassChoices,
): Repeated | null {
  const fours = (digit: number): number => (extents[digit] as number) / (digit === vector ? 4 : 1);
  const threads = sizeOf(extents.slice(0, outer).map((_, digit) => fours(digit)));
  const most = Math.min(mapPoints, Math.floor(threads / columnThreads));
  const loads = exprs.flatMap((expr) => (expr.kind === 'load' ? [expr.at] : []));
  const isSame = ({ strides, guards }: Access, digit: number): boolean =>
    strides[digit] === 0 && guards.every(({ coefficients }) => coefficients[digit] === 0);
  let best: Repeated | null = null;
  let bestSaved = 0;
  for (let digit = 0; digit < outer; digit++) {
    const count = largestDivisor(fours(digit), most);
    const saved = (1 - 1 / count) * (loads.filter((at) => isSame(at, digit)).length + 0.5);
    if (saved <= bestSaved) continue;
    best = { digit, count };
    bestSaved = saved;
  }
  return best;
}

/** Accesses that are side by side along a digit. */
function contiguity({ exprs, passes }: LoopsKernel, digit: number): number {
  const accesses: Access[] = [
    ...exprs.flatMap((expr) => (expr.kind === 'load' || expr.kind === 'loadAt' ? [expr.at] : [])),
    ...passes.flatMap((pass) => [...pass.stores, ...pass.outerStores].map(({ at }) => at)),
  ];
  return accesses.filter(({ strides }) => strides[digit] === 1).length;
}

/** Elements read for 4 points along a digit. */
function reads({ exprs }: LoopsKernel, digit: number): number {
  return exprs.reduce((sum, expr) => {
    if (expr.kind === 'load') return sum + (expr.at.strides[digit] === 0 ? 1 : 4);
    return expr.kind === 'loadAt' ? sum + 4 : sum;
  }, 0);
}

/** Whether all inner points of an outer one are written out, without loops. */
export function isUnrolled({ extents, passes }: LoopsKernel, { outer, vector }: Mapping): boolean {
  const inner = sizeOf(extents.slice(outer));
  if (vector < outer) return inner <= UNROLLED;
  return inner / 4 <= (passes.length > 1 ? UNROLLED_OF_PASSES : UNROLLED);
}
