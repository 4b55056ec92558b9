import type { Access } from '../schedule.ts';
import type { GpuMatMul, GpuOperand } from './fold-gathers.ts';

/**
 * The same product with the digits of k in another order where the last one does not come in fours and another one does: vectors of 4 entries
 * of k are then whole. The order of a sum is the generator's.
 */
export function withFoursLast(kernel: GpuMatMul): GpuMatMul {
  const { batch, m, k } = kernel;
  const moved =
    (k.at(-1) ?? 4) % 4 === 0 ? -1 : k.reduce((best, extent, d) => (extent % 4 === 0 && extent > (k[best] ?? 0) ? d : best), -1);
  if (moved < 0) return kernel;
  const last = <T>(digits: readonly T[], first: number): T[] => {
    const at = first + moved;
    const end = first + k.length;
    return [...digits.slice(0, at), ...digits.slice(at + 1, end), digits[at] as T, ...digits.slice(end)];
  };
  return {
    ...kernel,
    k: last(k, 0),
    a: reordered(kernel.a, (digits) => last(digits, batch.length + m.length)),
    b: reordered(kernel.b, (digits) => last(digits, batch.length)),
  };
}

function reordered(operand: GpuOperand, order: (digits: readonly number[]) => readonly number[]): GpuOperand {
  const access = (at: Access): Access => ({
    ...at,
    strides: order(at.strides),
    guards: at.guards.map((guard) => ({ ...guard, coefficients: order(guard.coefficients) })),
  });
  const { at, rows } = operand;
  return { ...operand, at: access(at), ...(rows === undefined ? {} : { rows: { ...rows, at: access(rows.at) } }) };
}
