import type { Dtype, ReduceFn } from '../graph.ts';
import { binaryText } from './functions.ts';
import type { Scope } from './scope.ts';

/** Two values as one. */
export const combined = (fn: ReduceFn, a: string, b: string, dtype: Dtype, width: 1 | 4): string =>
  binaryText(fn === 'sum' ? 'add' : fn, a, b, dtype, width, false);

/** The value of the 4 threads of a quad together, in each of them: the same bits, because the order of two terms is nothing to a sum. */
export function acrossQuad(scope: Scope, fn: ReduceFn, value: string, dtype: Dtype, width: 1 | 4): string {
  const both = (text: string, swap: string): string => scope.fresh(combined(fn, text, `${swap}(${text})`, dtype, width));
  return both(both(scope.fresh(value), 'quadSwapX'), 'quadSwapY');
}
