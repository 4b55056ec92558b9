import type { BinaryFn, Dtype, Owner, ReduceFn, UnaryFn } from './graph.ts';
import type { Guard } from './index-map.ts';

/**
 * The schedule: a graph as a list of kernels that run one after the other for one run. Both generators translate it; neither decides
 * what is stored. All counts are elements (4 bytes each).
 */
export interface Schedule {
  readonly kernels: readonly Kernel[];
  readonly buffers: readonly ScheduleBuffer[];
}

/** Index into `Schedule.buffers`. */
export type BufferId = number;
/** Index into a kernel's `exprs`. */
export type ExprId = number;

export interface ScheduleBuffer {
  readonly size: number;
  /** A stored bool is a float32 0 or 1. */
  readonly dtype: 'float32' | 'int32';
  readonly storage: /** Given by the host by name: inputs, outputs and state. An output that updates an input in place has the input's name. */
    | { readonly kind: 'external'; readonly name: string; readonly owner: Owner }
    | { readonly kind: 'constant'; readonly values: Float64Array }
    /** Lives from the level of the kernel that writes it first to that of its last reader; see `planArena`. */
    | {
        readonly kind: 'arena';
        readonly firstLevel: number;
        readonly lastLevel: number;
        /** How many values use it one after the other; 1 if it is not given. */
        readonly tenants?: number;
      };
}

/**
 * Where a kernel reads or writes for a point of its domain: element offset + sum of strides[d] * digit[d]. One stride per digit of the
 * domain, 0 where it does not matter. Reads have `fill` where a guard fails; writes have no guards.
 */
export interface Access {
  readonly strides: readonly number[];
  readonly offset: number;
  readonly guards: readonly Guard[];
  readonly fill: number;
}

/** A scalar expression at one point of the domain; operands are earlier entries of the same list. */
export type Expr =
  | { readonly kind: 'number'; readonly value: number; readonly dtype: Dtype }
  | { readonly kind: 'load'; readonly buffer: BufferId; readonly at: Access; readonly dtype: Dtype }
  /** Element at + index * scale of the buffer, where `index` is an int32 expression: a row of a table. */
  | {
      readonly kind: 'loadAt';
      readonly buffer: BufferId;
      readonly index: ExprId;
      readonly scale: number;
      readonly at: Access;
      readonly dtype: Dtype;
    }
  /** int32: the number the access names, `fill` where a guard fails. */
  | { readonly kind: 'position'; readonly at: Access; readonly dtype: 'int32' }
  | { readonly kind: 'unary'; readonly fn: UnaryFn; readonly a: ExprId; readonly dtype: Dtype }
  | { readonly kind: 'binary'; readonly fn: BinaryFn; readonly a: ExprId; readonly b: ExprId; readonly dtype: Dtype }
  | { readonly kind: 'select'; readonly condition: ExprId; readonly a: ExprId; readonly b: ExprId; readonly dtype: Dtype }
  /** `counter-random.ts`; the operands are int32. */
  | {
      readonly kind: 'uniform';
      readonly seed: ExprId;
      readonly step: ExprId;
      readonly layer: number;
      readonly index: ExprId;
      readonly dtype: 'float32';
    }
  /** `value` where the guards hold for the point, else `fill`: a view with guards of something computed in place. */
  | { readonly kind: 'guarded'; readonly guards: readonly Guard[]; readonly value: ExprId; readonly fill: number; readonly dtype: Dtype }
  /** loops: result number `index` of the kernel's reductions, counted over all passes; of an earlier pass, or in an `outer` store of the same pass. */
  | { readonly kind: 'reduced'; readonly index: number; readonly dtype: Dtype }
  /** matmul: the sum of products at this point. */
  | { readonly kind: 'accumulator'; readonly dtype: 'float32' };

export interface Store {
  readonly buffer: BufferId;
  readonly at: Access;
  readonly value: ExprId;
}

interface KernelBase {
  /** What it computes, for error messages and profiles: places of the nodes in it. */
  readonly label: string;
  /** Kernels of one level do not depend on each other: a generator may run them together. Never falls along the list. */
  readonly level: number;
}

/**
 * For every point of the outer digits: the passes in order, each over all points of the inner digits (one point if there are none).
 * Outer points are independent of each other and may run in any order or at once. Within one outer point, a later pass may read what an
 * earlier one stored at the same point of the domain. A buffer that is read and written in one pass is read at the written element only,
 * before it is written: all values of a point are computed before any of them is stored, and so are those of the outer stores.
 */
export interface LoopsKernel extends KernelBase {
  readonly kind: 'loops';
  /** Extents of the domain's digits, outer ones first, most significant first. */
  readonly extents: readonly number[];
  /** How many of them are outer. */
  readonly outer: number;
  readonly exprs: readonly Expr[];
  readonly passes: readonly Pass[];
}

export interface Pass {
  /** Reductions over the inner digits, in this order of numbering. The order of summation is the generator's, fixed by the extents alone. */
  readonly reduces: readonly { readonly fn: ReduceFn; readonly value: ExprId }[];
  /** At every inner point. */
  readonly stores: readonly Store[];
  /** Once per outer point, after the pass; strides of inner digits are 0. */
  readonly outerStores: readonly Store[];
}

/**
 * c[batch, m, n] = sum over k of a[batch, m, k] * b[batch, k, n], each index a list of digits. Domain of `exprs` and `stores`:
 * [...batch, ...m, ...n].
 */
export interface MatMulKernel extends KernelBase {
  readonly kind: 'matmul';
  readonly batch: readonly number[];
  readonly m: readonly number[];
  readonly n: readonly number[];
  readonly k: readonly number[];
  readonly a: Operand; // [...batch, ...m, ...k]
  readonly b: Operand; // [...batch, ...k, ...n]
  readonly exprs: readonly Expr[];
  readonly stores: readonly Store[];
  /** Also stores the sum over k of b[batch, k, n], without its own kernel: a bias gradient. Domain [...batch, ...n]. */
  readonly columnSum: { readonly buffer: BufferId; readonly at: Access } | null;
}

export interface Operand {
  readonly buffer: BufferId;
  readonly at: Access;
}

/** target row r = sum of values[i] over the i with indices[i] = r, in the order of i; rows that no index names are zero. See graph.ts. */
export interface SegmentSumKernel extends KernelBase {
  readonly kind: 'segmentSum';
  readonly count: number;
  readonly rows: number;
  readonly rowSize: number;
  readonly isSorted: boolean;
  readonly values: Operand; // [count, rowSize]
  readonly indices: Operand; // [count], int32; the lists [rows + 1 + count] where they are sorted
  readonly target: Operand; // [rows, rowSize]
}

/** A hand-written kernel; operands and result are contiguous buffers. */
export interface CustomKernel extends KernelBase {
  readonly kind: 'custom';
  readonly name: string;
  readonly attrs: Readonly<Record<string, number>>;
  readonly inputs: readonly BufferId[];
  readonly output: BufferId;
}

export type Kernel = LoopsKernel | MatMulKernel | SegmentSumKernel | CustomKernel;

/** What a target wants of the scheduler. Results are the same up to rounding. */
export interface SchedulePolicy {
  /** matMul operands may be any access (guards, several digits), as im2col is; otherwise they are stored first unless m, k and n have plain strides. */
  readonly hasIndexedOperands: boolean;
  /** Bias gradients come with the matMul that reads the same operand. */
  readonly hasColumnSums: boolean;
  /** Expensive functions (exp, log, tanh ...) needed in several passes are stored once instead of being computed again. */
  readonly storesExpensive: boolean;
  /** Element-wise work may share a kernel with reductions of rows up to this length, which leaves it as many workers as there are rows. */
  readonly longestSharedRow: number;
  /** Sums may share a kernel with others that read the same in another order, with more digits. */
  readonly mixesOrders: boolean;
}
