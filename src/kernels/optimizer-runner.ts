import type { ParamLayout } from './layout.ts';
import type { HyperValues, OptionValue, StepProgram } from './step-program.ts';

/** One row of the batched optimizer state. */
export interface RowSpec {
  readonly program: StepProgram;
  readonly hyper: HyperValues;
  /** Relative schedule multiplier of every race step, float64, length `totalSteps`. */
  readonly mult: Float64Array;
  /** The row is frozen once this many race steps are done. */
  readonly horizonSteps: number;
}

export interface RunnerSpec {
  readonly layout: ParamLayout;
  readonly rows: readonly RowSpec[];
  /** Initial parameters, (R, layout.n) row-major, padding zero. */
  readonly x0: Float32Array | Float64Array;
  readonly totalSteps: number;
}

/** Columns every runner reports first; the program's scalars, flattened in key order, follow. */
export const RUNNER_COLUMNS = ['loss', 'rmsStep', 'movedMax', 'moved2'] as const;

/**
 * Samples of consecutive race steps, all values after the step except `loss`, which is that of the point where the gradient was taken.
 * Rows that had already ended before a step hold NaN; so do columns that were not observed and scalars a program does not have.
 */
export interface RunnerSamples {
  readonly firstStep: number;
  readonly count: number;
  /** Values per row and step: RUNNER_COLUMNS, then the scalars, padded to the widest program of the race. */
  readonly width: number;
  readonly data: Float32Array | Float64Array; // (count, R, width)
}

/**
 * Why a row diverged at a step:
 * - loss: its objective was not finite there; the step was not applied, and nothing of the row changes any more
 * - parameters: the parameters the step produced are not finite; they are kept as they are
 * - state: the parameters are finite, but a buffer or a scalar of the method is not, so that the steps to come would be meaningless
 * - method: the method has no step there (`StepOutput.fails`); the parameters are as they were before it
 */
export const DIVERGENCE_CAUSES = ['loss', 'parameters', 'state', 'method'] as const;
export type DivergenceCause = (typeof DIVERGENCE_CAUSES)[number];

/** A cause as the whole number that devices keep; 0 is none. */
export function causeCode(cause: DivergenceCause): number {
  return DIVERGENCE_CAUSES.indexOf(cause) + 1;
}

export function causeOf(code: number | undefined): DivergenceCause | null {
  return DIVERGENCE_CAUSES[(code ?? 0) - 1] ?? null;
}

/** A row ends at its horizon or when it diverges. Both freeze it. */
export interface RowStatus {
  readonly isActive: boolean;
  /** 0-based race step, or null. */
  readonly divergedAt: number | null;
  /** Null exactly when `divergedAt` is. */
  readonly cause: DivergenceCause | null;
  /** The row's own counter: steps made and not skipped. */
  readonly k: number;
}

/** Everything one row carries from step to step besides its parameters. */
export interface RowState {
  readonly k: number;
  /** Each (n), padding included. */
  readonly slots: Readonly<Record<string, Float64Array>>;
  /** Each S * k values. */
  readonly scalars: Readonly<Record<string, readonly number[]>>;
}

/** The whole state of a batch before race step `step`; a runner that restores it continues from there with every row active. */
export interface RunnerState {
  readonly step: number;
  /** (R, n) row-major. */
  readonly params: Float64Array;
  readonly rows: readonly RowState[];
}

/** Consecutive rows that share code: same program, same block hyperparameters, same list lengths. */
export interface RowBlock {
  readonly program: StepProgram;
  readonly option: Readonly<Record<string, OptionValue>>;
  readonly firstRow: number;
  readonly rows: readonly RowSpec[];
}

/** Groups consecutive rows into blocks, in row order. */
export function planBlocks(rows: readonly RowSpec[]): readonly RowBlock[] {
  const blocks: {
    key: string;
    program: StepProgram;
    option: Record<string, OptionValue>;
    firstRow: number;
    rows: RowSpec[];
  }[] = [];
  rows.forEach((row, index) => {
    const option = Object.fromEntries(row.program.blockHyper.map((name) => [name, row.hyper[name] as OptionValue]));
    const lengths = row.program.rowHyper.map((name) => {
      const value = row.hyper[name];
      return Array.isArray(value) ? value.length : 1;
    });
    const key = JSON.stringify([row.program.id, option, lengths]);
    const last = blocks.at(-1);
    if (last?.key === key) last.rows.push(row);
    else blocks.push({ key, program: row.program, option, firstRow: index, rows: [row] });
  });
  return blocks.map(({ program, option, firstRow, rows: members }) => ({ program, option, firstRow, rows: members }));
}

/** Whether some row is evaluated at a point of its own instead of its parameters. */
export function hasEvalPoint(rows: readonly Pick<RowSpec, 'program'>[]): boolean {
  return rows.some(({ program }) => program.evalPoint !== undefined);
}

/** A row whose horizon and schedule are not known in advance. */
export type OpenRow = Pick<RowSpec, 'program' | 'hyper'>;

/** The block of one row that goes on for as long as it is stepped. Throws an error that names a hyperparameter that is missing. */
export function openBlock({ program, hyper }: OpenRow): RowBlock {
  const row: RowSpec = { program, hyper, mult: new Float64Array(0), horizonSteps: Number.POSITIVE_INFINITY };
  assertHyper(row);
  const [block] = planBlocks([row]);
  return block as RowBlock;
}

/** Number of segments S of a program's scalars. */
export function segmentCount(program: StepProgram, layout: ParamLayout): number {
  return program.segments === 'tensor' ? layout.tensors.length : 1;
}

/** A row hyperparameter as numbers: one, or a list's entries. Throws an error that names what is missing or not a number. */
export function hyperNumbers(row: OpenRow, name: string): readonly number[] {
  const value = row.hyper[name];
  const numbers = Array.isArray(value) ? value : [value];
  if (numbers.length === 0 || numbers.some((entry) => typeof entry !== 'number' || Number.isNaN(entry))) {
    const got = value === undefined ? 'nothing' : JSON.stringify(value);
    throw new Error(`${row.program.id}: hyperparameter "${name}" must be a number or a list of numbers, got ${got}.`);
  }
  return numbers as readonly number[];
}

/** Initial values of one scalar, S * k of them: the program's k values, repeated for each segment. */
export function initialScalar(row: OpenRow, name: string, segments: number): readonly number[] {
  const init = row.program.scalars[name]?.init(row.hyper);
  const values = typeof init === 'number' ? [init] : (init ?? []);
  return Array.from({ length: segments }, () => values).flat();
}

/** Number of values a row's scalars take in a sample. */
export function scalarWidth(row: RowSpec, layout: ParamLayout): number {
  const segments = segmentCount(row.program, layout);
  return Object.keys(row.program.scalars).reduce((sum, name) => sum + initialScalar(row, name, segments).length, 0);
}

/** Values per row and step in a sample: the common columns, then room for the widest row's scalars. */
export function sampleWidth(spec: RunnerSpec): number {
  return RUNNER_COLUMNS.length + Math.max(...spec.rows.map((row) => scalarWidth(row, spec.layout)));
}

/** Throws an error that names the first thing in a spec that does not fit together. */
export function assertRunnerSpec({ layout, rows, x0, totalSteps }: RunnerSpec): void {
  if (rows.length === 0) throw new Error('A batch needs at least one row.');
  if (x0.length !== rows.length * layout.n) {
    throw new Error(`x0 must hold ${rows.length} rows of ${layout.n} values, got ${x0.length} values.`);
  }
  rows.forEach((row, index) => {
    const { program, mult } = row;
    if (mult.length < totalSteps) {
      throw new Error(`Row ${index} (${program.id}): the schedule has ${mult.length} entries, the race ${totalSteps} steps.`);
    }
    assertHyper(row);
  });
}

function assertHyper(row: RowSpec): void {
  const { program, hyper } = row;
  for (const name of program.blockHyper) {
    if (hyper[name] === undefined) throw new Error(`${program.id}: option "${name}" is missing.`);
  }
  for (const name of program.rowHyper) hyperNumbers(row, name);
}
