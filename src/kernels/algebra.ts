/**
 * The small vector algebra in which every optimizer's mathematics is written, once.
 *
 * `Vec64` (float64 on the CPU, the oracle) and `tf.Tensor` (any TensorFlow.js backend) both satisfy it structurally.
 * Shapes: (R, n) for vectors, (R, 1) for per-run scalars, (R, k) for short lists of per-run scalars; operands broadcast as in NumPy.
 * Comparisons return a mask of the same kind, to be used as the condition of `where` or combined with the logical operations.
 */
export interface Algebra<T> {
  add(other: T | number): T;
  sub(other: T | number): T;
  mul(other: T | number): T;
  div(other: T | number): T;
  /** this^exponent, for bases >= 0. Anything to the power 0 is 1, 0 too. */
  pow(exponent: T | number): T;
  maximum(other: T | number): T;
  minimum(other: T | number): T;
  neg(): T;
  abs(): T;
  sqrt(): T;
  square(): T;
  sign(): T;
  greater(other: T | number): T;
  equal(other: T | number): T;
  logicalAnd(other: T): T;
  logicalNot(): T;
  /** Element-wise `condition ? this : otherwise`. */
  where(condition: T, otherwise: T): T;
  /** Sum over axis 1: (R, k) -> (R, 1) with `keepDims`. For sums over parameters use `StepInput.sum`, which respects segments. */
  sum(axis: 1, keepDims: true): T;
}
