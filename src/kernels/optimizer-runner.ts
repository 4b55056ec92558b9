import type { ParamLayout } from './layout.ts';
import type { HyperValues, StepProgram } from './step-program.ts';

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
 * A row ends at its horizon, or diverges at race step t when its objective is not finite there (nothing of the row changes any more,
 * the step is not applied) or when the parameters the step produced are not finite (they are kept as they are). Both freeze the row.
 */
export interface RowStatus {
  readonly isActive: boolean;
  /** 0-based race step, or null. */
  readonly divergedAt: number | null;
  /** The row's own counter: steps made and not skipped. */
  readonly k: number;
}

/** Consecutive rows that share code: same program, same block hyperparameters, same list lengths. */
export interface RowBlock {
  readonly program: StepProgram;
  readonly option: Readonly<Record<string, boolean | string | number>>;
  readonly firstRow: number;
  readonly rows: readonly RowSpec[];
}

/** Groups consecutive rows into blocks, in row order. */
export function planBlocks(rows: readonly RowSpec[]): readonly RowBlock[] {
  const blocks: {
    key: string;
    program: StepProgram;
    option: Record<string, boolean | string | number>;
    firstRow: number;
    rows: RowSpec[];
  }[] = [];
  rows.forEach((row, index) => {
    const option = Object.fromEntries(row.program.blockHyper.map((name) => [name, row.hyper[name] as boolean | string | number]));
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
