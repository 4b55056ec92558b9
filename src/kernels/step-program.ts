import type { Algebra } from './algebra.ts';

/** A hyperparameter's value: a number, a flag, one of several words, or a list of numbers. */
export type HyperValue = number | boolean | string | readonly number[];
/** What selects code instead of being data. */
export type OptionValue = boolean | string | number;
export type HyperValues = Readonly<Record<string, HyperValue>>;

/** How a slot of shape (R, n) starts: all zero, a copy of the initial parameters, or a constant made from the run's hyperparameters. */
export type SlotInit = 'zero' | 'params' | ((hyper: HyperValues) => number);

/** A per-run (or per-segment) scalar, or a short list of them, that lives on the device between steps. */
export interface ScalarSpec {
  /** Initial value(s), computed in float64 on the host. The length of a list fixes the scalar's size; it must be equal for all rows of a block. */
  readonly init: (hyper: HyperValues) => number | readonly number[];
}

/** The names a program uses, as unions of string literals; the erased form (all `string`) is what runners and the registry see. */
export interface ProgramNames {
  readonly hyper: string;
  readonly option: string;
  readonly slot: string;
  readonly scalar: string;
  readonly derived: string;
  readonly table: string;
}

/**
 * What one step sees. R rows, n elements per row. "Old" values only: new ones are local variables of `step`.
 * Every `(R, 1)` value is computed in float64 on the host where it does not depend on training, and rounded once.
 */
export interface StepInput<T, N extends ProgramNames = ProgramNames> {
  readonly x: T; // (R, n) parameters before the step
  readonly g: T; // (R, n) gradient at x
  readonly loss: T; // (R, 1) the differentiated loss, for methods that read it
  readonly L: T; // (R, 1) lr x relative schedule multiplier of this race step
  readonly mult: T; // (R, 1) relative schedule multiplier alone
  readonly hyper: Readonly<Record<N['hyper'], T>>; // (R, 1); lists (R, k)
  readonly derived: Readonly<Record<N['derived'], T>>; // (R, 1) `StepProgram.derived`
  readonly table: Readonly<Record<N['table'], T>>; // (R, 1) `StepProgram.table` at the run's own counter k
  readonly slots: Readonly<Record<N['slot'], T>>; // (R, n)
  readonly scalars: Readonly<Record<N['scalar'], T>>; // (R, S) or (R, S * k) for lists; S = 1 unless `segments` is 'tensor'
  /** Flags and words, equal for all rows of the block (rows that differ in them form separate blocks). */
  readonly option: Readonly<Record<N['option'], OptionValue>>;
  /** Sum over each segment: (R, n) -> (R, S), S = 1 or one per tensor. */
  sum(v: T): T;
  /** Per-segment values back to elements: (R, S) -> broadcastable against (R, n). The identity for S = 1. */
  spread(v: T): T;
  /** v with every entry zeroed except entries 0, p, 2p, ... of each flattened tensor. */
  everyNth(v: T, p: number): T;
  /** A constant of shape (R, 1). */
  constant(value: number): T;
}

export interface StepOutput<T, N extends ProgramNames = ProgramNames> {
  readonly x: T;
  /** Every slot and scalar of the program must be present. */
  readonly slots: Readonly<Record<N['slot'], T>>;
  readonly scalars: Readonly<Record<N['scalar'], T>>;
  /** Mask (R, 1): rows whose own counter k must not advance. `step` itself decides what else stays as it was. */
  readonly skip?: T;
  /**
   * Mask (R, 1): rows for which the method has no step here, e.g. because it divides by the norm of a gradient that is zero. The runner ends
   * such a row as diverged with cause 'method' and leaves its parameters as they were; `StepProgram.failure` says why in words.
   */
  readonly fails?: T;
}

/** What the point to evaluate may depend on: the state after a step. */
export type EvalState<T, N extends ProgramNames = ProgramNames> = Pick<
  StepInput<T, N>,
  'x' | 'slots' | 'scalars' | 'hyper' | 'derived' | 'option'
>;

/** WGSL form of the same step. See src/kernels/fused/prelude.wgsl for what the functions may call. */
export interface FusedProgram {
  /** WGSL text that defines the functions named below (and nothing else that could clash: prefix helpers with the optimizer's id). */
  readonly wgsl: string;
  /** Number of sums that `gather` returns per element; 0 when there is no gather. */
  readonly sums: number;
  /** `fn name(e: Element, x: vec4f, g: vec4f) -> Shares`: updates slots, returns this element's share of each sum. */
  readonly gather?: string;
  /** `fn name(row: Row, sums: array<f32, SUMS>)`: once per run (and segment): new scalars from the sums; may call `setSkip`, `setFailed`. */
  readonly decide?: string;
  /** `fn name(e: Element, x: vec4f, g: vec4f) -> vec4f`: updates slots, returns the new parameters. Sees old and new scalars. */
  readonly apply: string;
  /** `fn name(e: Element, x: vec4f, g: vec4f) -> vec4f`: updates slots, returns what `apply` takes off x; wrappers use it if there is one. */
  readonly step?: string;
  /** `fn name(e: Element, x: vec4f) -> vec4f`: the point to evaluate, between steps; there exactly when the program has `evalPoint`. */
  readonly evalPoint?: string;
}

/**
 * An optimizer's mathematics, free of anything to do with pages: what the three runners (reference, ops, fused) execute.
 * Order matters: slots, scalars, hyper and derived values are laid out on the device in the order of their keys.
 */
export interface StepProgram<N extends ProgramNames = ProgramNames> {
  readonly id: string;
  /** Numeric (and list) hyperparameters that may differ from row to row. `lr` must be one of them if the method has one. */
  readonly rowHyper: readonly N['hyper'][];
  /** Hyperparameters that select code: flags, words, integers such as sliceP. Rows are grouped into blocks by them. */
  readonly blockHyper: readonly N['option'][];
  readonly slots: Readonly<Record<N['slot'], SlotInit>>;
  readonly scalars: Readonly<Record<N['scalar'], ScalarSpec>>;
  /** 'run': one set of scalars per run (S = 1). 'tensor': one per parameter tensor (L-DoG). */
  readonly segments: 'run' | 'tensor';
  /** Constants computed in float64 from the hyperparameters, e.g. 1 - beta2. */
  readonly derived?: (hyper: HyperValues) => Readonly<Record<N['derived'], number>>;
  /** Values that depend on the run's own counter k = 0, 1, ... (steps not skipped), computed in float64, e.g. bias corrections. */
  readonly table?: (hyper: HyperValues, k: number) => Readonly<Record<N['table'], number>>;
  /** The step itself, for any block. */
  step<T extends Algebra<T>>(input: StepInput<T, N>): StepOutput<T, N>;
  /**
   * Slots that are a function of x in exact arithmetic, e.g. p = x0 - x, and that the package computes anew each step. Single precision carries
   * them as slots, because the difference of two nearby vectors has few digits there; the float64 reference can recompute them to follow
   * a package's own rounding.
   */
  recompute?<T extends Algebra<T>>(state: {
    readonly x: T;
    readonly x0: T;
    readonly slots: Readonly<Record<N['slot'], T>>;
    readonly scalars: Readonly<Record<N['scalar'], T>>;
    readonly option: Readonly<Record<N['option'], OptionValue>>;
  }): Readonly<Partial<Record<N['slot'], T>>>;
  /** The point to evaluate instead of x, where the method has one (Schedule-Free x, DoG average): (R, n). */
  evalPoint?<T extends Algebra<T>>(state: EvalState<T, N>): T;
  /** `step` uses `loss`: whoever drives it has to give the differentiated loss, not only its gradient. */
  readonly readsLoss?: true;
  /** One sentence that says what it means when `step` reports `fails`: what happened, and what to change. */
  readonly failure?: string;
  readonly fused: FusedProgram;
}

/** A program whose names are known to the compiler, so that `input.slots.m` is a T and a misspelt name does not compile. */
export type TypedProgram<
  Hyper extends string,
  Option extends string,
  Slot extends string,
  Scalar extends string,
  Derived extends string,
  Table extends string,
> = StepProgram<{
  readonly hyper: Hyper;
  readonly option: Option;
  readonly slot: Slot;
  readonly scalar: Scalar;
  readonly derived: Derived;
  readonly table: Table;
}>;

/** Infers a program's names from its tables; `step` is then checked against them. */
export function defineProgram<
  const Hyper extends string = never,
  const Option extends string = never,
  Slot extends string = never,
  Scalar extends string = never,
  Derived extends string = never,
  Table extends string = never,
>(program: TypedProgram<Hyper, Option, Slot, Scalar, Derived, Table>): TypedProgram<Hyper, Option, Slot, Scalar, Derived, Table> {
  return program;
}

/** A numeric hyperparameter, or an error that names it. */
export function numberOf(hyper: HyperValues, name: string): number {
  const value = hyper[name];
  if (typeof value !== 'number' || Number.isNaN(value))
    throw new Error(`Hyperparameter "${name}" must be a number, got ${inWords(value)}.`);
  return value;
}

/** A non-empty list hyperparameter, or an error that names it. */
export function listOf(hyper: HyperValues, name: string): readonly number[] {
  const value = hyper[name];
  if (!Array.isArray(value) || value.length === 0 || value.some((entry) => typeof entry !== 'number' || Number.isNaN(entry))) {
    throw new Error(`Hyperparameter "${name}" must be a non-empty list of numbers, got ${inWords(value)}.`);
  }
  return value;
}

function inWords(value: HyperValue | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
