import type { Expr, LoopsKernel } from '../schedule.ts';

/** Rough costs in instructions. */
const COST = {
  contiguous: 1,
  /** Four elements one by one. */
  strided: 6,
  /** A guard that differs from lane to lane. */
  mask: 3,
  function: 20,
  /** Adding up the lanes at the end of a reduction. */
  acrossLanes: 10,
} as const;

/** The digit that is best laid along the lanes of vectors: neighbours in memory, and few lanes unused. */
export function chooseVectorDigit(kernel: LoopsKernel): number {
  const { extents, outer } = kernel;
  const innerSize = extents.slice(outer).reduce((size, extent) => size * extent, 1);
  const reductions = kernel.passes.reduce((sum, pass) => sum + pass.reduces.length, 0);
  const stores = kernel.passes.flatMap((pass) => [
    ...pass.stores.map((store) => ({ store, share: 1 })),
    ...pass.outerStores.map((store) => ({ store, share: 1 / innerSize })),
  ]);
  let best = extents.length - 1;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let digit = extents.length - 1; digit >= 0; digit--) {
    const extent = extents[digit] as number;
    const access = (stride: number): number => (stride === 1 ? COST.contiguous : stride === 0 ? 0.5 : COST.strided);
    let perVector = 0;
    for (const expr of kernel.exprs) perVector += exprCost(expr, digit, access);
    for (const { store, share } of stores) perVector += share * access(store.at.strides[digit] as number);
    if (reductions > 0 && digit >= outer) perVector += (COST.acrossLanes * reductions * 4) / innerSize;
    const cost = perVector * (Math.ceil(extent / 4) / extent);
    if (cost < bestCost) {
      best = digit;
      bestCost = cost;
    }
  }
  return best;
}

function exprCost(expr: Expr, digit: number, access: (stride: number) => number): number {
  switch (expr.kind) {
    case 'load':
    case 'loadAt': {
      const stride = expr.at.strides[digit] as number;
      const masks = expr.at.guards.filter((guard) => guard.coefficients[digit] !== 0).length;
      return access(stride) + masks * (stride === 0 || stride === 1 ? COST.mask : 2 * COST.strided);
    }
    case 'unary':
      return CHEAP.has(expr.fn) ? 1 : COST.function;
    case 'binary':
      return expr.fn === 'pow' ? COST.function : 1;
    case 'uniform':
      return COST.function;
    case 'number':
      return 0;
    default:
      return 1;
  }
}

const CHEAP: ReadonlySet<string> = new Set([
  'neg',
  'abs',
  'sqrt',
  'floor',
  'ceil',
  'round',
  'not',
  'isFinite',
  'isNaN',
  'toFloat',
  'toInt',
  'toBool',
  'sign',
]);

/** Cost of one point's expressions: how much code a copy of them is. */
export const bodyCost = (exprs: readonly Expr[]): number =>
  exprs.reduce((sum, expr) => sum + exprCost(expr, -1, (stride) => (stride === undefined ? 1 : stride)), 0);
