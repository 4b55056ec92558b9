import type { Access, Expr, Operand, Store } from '../schedule.ts';

/** The numbers per digit of an access, an expression or a guard are lists like this. */
export type PerDigit = (numbers: readonly number[]) => number[];

const mapAccess = (at: Access, change: PerDigit): Access => ({
  ...at,
  strides: change(at.strides),
  guards: at.guards.map((guard) => ({ ...guard, coefficients: change(guard.coefficients) })),
});

export const mapOperand = (operand: Operand, change: PerDigit): Operand => ({ ...operand, at: mapAccess(operand.at, change) });

export const mapStore = (store: Store, change: PerDigit): Store => ({ ...store, at: mapAccess(store.at, change) });

/** The same expression in other digits. */
export function mapExpr(expr: Expr, change: PerDigit): Expr {
  switch (expr.kind) {
    case 'load':
    case 'loadAt':
    case 'position':
      return { ...expr, at: mapAccess(expr.at, change) };
    case 'guarded':
      return { ...expr, guards: expr.guards.map((guard) => ({ ...guard, coefficients: change(guard.coefficients) })) };
    default:
      return expr;
  }
}

/** Every list of numbers per digit in an access: strides and guards. */
export const listsOf = (at: Access): readonly (readonly number[])[] => [at.strides, ...at.guards.map(({ coefficients }) => coefficients)];

export function listsOfExpr(expr: Expr): readonly (readonly number[])[] {
  switch (expr.kind) {
    case 'load':
    case 'loadAt':
    case 'position':
      return listsOf(expr.at);
    case 'guarded':
      return expr.guards.map(({ coefficients }) => coefficients);
    default:
      return [];
  }
}

/**
 * The shortest list of digits that says the same: digits of extent 1 dropped, neighbours of one group merged where every list of numbers
 * continues from one into the other. `groups[d]` tells which digits may merge.
 */
export function mergeDigits(
  extents: readonly number[],
  groups: readonly number[],
  lists: readonly (readonly number[])[],
): { readonly extents: number[]; readonly groups: number[]; readonly change: PerDigit } {
  const kept: { extent: number; group: number; last: number }[] = [];
  extents.forEach((extent, digit) => {
    if (extent === 1) return;
    const group = groups[digit] as number;
    const previous = kept.at(-1);
    const isContinued =
      previous?.group === group && lists.every((list) => (list[previous.last] as number) === (list[digit] as number) * extent);
    if (previous && isContinued) Object.assign(previous, { extent: previous.extent * extent, last: digit });
    else kept.push({ extent, group, last: digit });
  });
  return {
    extents: kept.map(({ extent }) => extent),
    groups: kept.map(({ group }) => group),
    // "+ 0" makes 0 of -0, so that equal kernels are equal texts.
    change: (numbers) => kept.map(({ last }) => (numbers[last] as number) + 0),
  };
}
