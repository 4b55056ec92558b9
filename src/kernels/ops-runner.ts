import { mapNames, named } from './named.ts';
import { joinRows, matrix, OpsBlock, type OpsBlockState, type OpsBlockStep, type OpsRows, settleRows, type Tensors } from './ops-block.ts';
import {
  assertRunnerSpec,
  causeOf,
  hyperNumbers,
  planBlocks,
  type RowBlock,
  type RowSpec,
  type RowStatus,
  type RunnerSamples,
  type RunnerSpec,
  type RunnerState,
  sampleWidth,
} from './optimizer-runner.ts';
import * as tf from './tf.ts';

type Tensor = tf.Tensor;

/** A block, and what its rows look up in every step of a race. */
interface RaceBlock {
  readonly ops: OpsBlock;
  readonly L: Tensor; // (Rb, totalSteps)
  readonly mult: Tensor; // (Rb, totalSteps)
  /** (Rb * totalSteps, P): row r's values at its own counter k are entry r * totalSteps + k. Null without tables. */
  readonly table: Tensor | null;
  readonly tableOffset: Tensor; // (Rb) int32, r * totalSteps
}

/** Everything that changes in a step. */
type BatchState = OpsRows & { readonly blocks: OpsBlockState[] };

/**
 * Executes programs with TensorFlow.js operations in float32, on whatever backend is set. Never waits for the backend in `step`.
 * Holds tensors until `dispose`.
 */
export class OpsRunner {
  private readonly spec: RunnerSpec;
  private readonly width: number;
  private readonly blocks: readonly RaceBlock[];
  private readonly x0: Tensor; // (R, n)
  private readonly horizon: Tensor; // (R, 1) int32
  private current: BatchState;
  private pending: Tensor[] = []; // each (R, width)
  private raceStep = 0;

  constructor(spec: RunnerSpec) {
    assertRunnerSpec(spec);
    const { layout, rows, totalSteps } = spec;
    this.spec = spec;
    this.width = sampleWidth(spec);
    this.x0 = tf.tensor2d(Float32Array.from(spec.x0), [rows.length, layout.n]);
    this.horizon = tf.tensor2d(
      rows.map(({ horizonSteps }) => horizonSteps),
      [rows.length, 1],
      'int32',
    );
    this.blocks = planBlocks(rows).map((block) => raceBlock(new OpsBlock(block, layout), totalSteps));
    this.current = {
      x: tf.clone(this.x0),
      isActive: tf.greater(this.horizon, 0),
      divergedAt: tf.fill([rows.length, 1], -1, 'int32'),
      cause: tf.zeros([rows.length, 1], 'int32'),
      k: tf.zeros([rows.length], 'int32'),
      blocks: this.blocks.map(({ ops }) => tf.tidy(() => ops.initialState(this.rowsOf(this.x0, ops.block)))),
    };
  }

  /** Current parameters (R, n). Owned by the runner; valid until the next `step`. */
  get params(): Tensor {
    return this.current.x;
  }

  /** The point to evaluate, (R, n): the program's `evalPoint`, else the parameters. The caller disposes it. */
  evalParams(): Tensor {
    return tf.tidy(() =>
      joinRows(this.blocks.map(({ ops }, index) => ops.evalPoint(this.rowsOf(this.current.x, ops.block), this.blockState(index)))),
    );
  }

  /** Makes one race step: grads (R, n) at `params`, objective (R) that was differentiated, loss (R) that is recorded. Inputs stay the caller's. */
  step(grads: Tensor, objective: Tensor, loss: Tensor): void {
    const { rows, totalSteps } = this.spec;
    const t = this.raceStep;
    if (t >= totalSteps) throw new Error(`All ${totalSteps} steps of this batch have been made.`);
    const old = this.current;
    const { sample, next } = tf.tidy(() => {
      const objectiveColumn = tf.reshape(objective, [rows.length, 1]);
      const hasObjective = tf.isFinite(objectiveColumn);
      const begins = tf.logicalAnd(old.isActive, hasObjective);
      const steps = this.blocks.map((block, index) => this.stepBlock(block, this.blockState(index), grads, objectiveColumn, begins, t));
      const joined = (part: Exclude<keyof OpsBlockStep, 'state'>) => joinRows(steps.map((step) => step[part]));
      const settled = settleRows(
        old,
        { x: joined('x'), moves: joined('moves'), advances: joined('advances'), hasFiniteState: joined('hasFiniteState') },
        hasObjective,
        t,
      );
      const next: BatchState = {
        ...settled,
        isActive: tf.logicalAnd(settled.isActive, tf.greater(this.horizon, tf.scalar(t + 1, 'int32'))),
        blocks: steps.map(({ state }) => state),
      };
      return { sample: this.sampleOf(old, next, loss), next };
    });
    disposeState(old);
    this.current = next;
    this.pending.push(sample);
    this.raceStep = t + 1;
  }

  /** Samples of the steps since the last call. */
  async readSamples(): Promise<RunnerSamples> {
    const taken = this.pending;
    this.pending = [];
    const firstStep = this.raceStep - taken.length;
    if (taken.length === 0) return { firstStep, count: 0, width: this.width, data: new Float32Array(0) };
    const all = tf.stack(taken);
    tf.dispose(taken);
    const data = Float32Array.from(await all.data());
    all.dispose();
    return { firstStep, count: taken.length, width: this.width, data };
  }

  /** Per row: is it active, where did it diverge, its own counter. */
  async status(): Promise<readonly RowStatus[]> {
    const [isActive, divergedAt, cause, k] = await Promise.all([
      this.current.isActive.data(),
      this.current.divergedAt.data(),
      this.current.cause.data(),
      this.current.k.data(),
    ]);
    return this.spec.rows.map((_, row) => {
      const step = divergedAt[row] ?? -1;
      return { isActive: Boolean(isActive[row]), divergedAt: step < 0 ? null : step, cause: causeOf(cause[row]), k: k[row] ?? 0 };
    });
  }

  /** The whole state before the next step. */
  async state(): Promise<RunnerState> {
    const { n } = this.spec.layout;
    const { x, k, blocks } = this.current;
    const counters = await k.data();
    const states = await Promise.all(
      blocks.map(async ({ slots, scalars }, index) => {
        const slotValues = await readAll(slots);
        const scalarValues = await readAll(scalars);
        const members = this.blocks[index]?.ops.block;
        return (members?.rows ?? []).map((_, row) => ({
          k: counters[(members?.firstRow ?? 0) + row] ?? 0,
          slots: Object.fromEntries(slotValues.map(({ name, values }) => [name, values.slice(row * n, (row + 1) * n)])),
          scalars: Object.fromEntries(
            scalarValues.map(({ name, values, cols }) => [name, Array.from(values.slice(row * cols, (row + 1) * cols))]),
          ),
        }));
      }),
    );
    return { step: this.raceStep, params: Float64Array.from(await x.data()), rows: states.flat() };
  }

  /** Continues from a state, rounded to float32, with every row active that its horizon allows. */
  restore({ step, params, rows }: RunnerState): void {
    const { n } = this.spec.layout;
    const old = this.current;
    this.current = {
      x: tf.tensor2d(Float32Array.from(params), [rows.length, n]),
      isActive: tf.tidy(() => this.horizon.greater(tf.scalar(step, 'int32'))),
      divergedAt: tf.fill([rows.length, 1], -1, 'int32'),
      cause: tf.zeros([rows.length, 1], 'int32'),
      k: tf.tensor1d(
        rows.map(({ k }) => k),
        'int32',
      ),
      blocks: this.blocks.map(({ ops: { block } }) => {
        const members = rows.slice(block.firstRow, block.firstRow + block.rows.length);
        return {
          slots: mapNames(block.program.slots, (name) => matrix(members.map(({ slots }) => named(slots, name)))),
          scalars: mapNames(block.program.scalars, (name) => matrix(members.map(({ scalars }) => named(scalars, name)))),
        };
      }),
    };
    disposeState(old);
    tf.dispose(this.pending);
    this.pending = [];
    this.raceStep = step;
  }

  dispose(): void {
    disposeState(this.current);
    tf.dispose([this.x0, this.horizon, ...this.pending]);
    for (const { ops, L, mult, table, tableOffset } of this.blocks) {
      ops.dispose();
      tf.dispose([L, mult, tableOffset]);
      table?.dispose();
    }
    this.pending = [];
  }

  private stepBlock(
    { ops, L, mult, table, tableOffset }: RaceBlock,
    state: OpsBlockState,
    grads: Tensor,
    objective: Tensor,
    begins: Tensor,
    t: number,
  ): OpsBlockStep {
    const { block } = ops;
    const column = (values: Tensor) => tf.slice(values, [0, t], [block.rows.length, 1]);
    return ops.step(state, {
      x: this.rowsOf(this.current.x, block),
      g: this.rowsOf(grads, block),
      objective: this.rowsOf(objective, block),
      L: column(L),
      mult: column(mult),
      table: table && tf.gather(table, tf.add(this.rowsOf(this.current.k, block), tableOffset)),
      begins: this.rowsOf(begins, block),
    });
  }

  private blockState(index: number): OpsBlockState {
    return this.current.blocks[index] ?? { slots: {}, scalars: {} };
  }

  private sampleOf(old: BatchState, next: BatchState, loss: Tensor): Tensor {
    const { rows, layout } = this.spec;
    const moved = next.x.sub(this.x0);
    const common = [
      loss.reshape([rows.length, 1]),
      next.x.sub(old.x).square().sum(1, true).div(layout.size).sqrt(),
      moved.abs().max(1, true),
      moved.square().sum(1, true).sqrt(),
    ];
    const scalars = joinRows(
      this.blocks.map(({ ops: { block } }, index) => {
        const values = Object.values(next.blocks[index]?.scalars ?? {});
        const used = values.reduce((sum, value) => sum + (value.shape[1] ?? 0), 0);
        const rest = this.width - common.length - used;
        const padding = rest > 0 ? [tf.fill([block.rows.length, rest], Number.NaN)] : [];
        const columns = [...values, ...padding];
        return columns.length === 0 ? tf.zeros([block.rows.length, 0]) : tf.concat(columns, 1);
      }),
    );
    const sample = tf.concat(this.width === common.length ? common : [...common, scalars], 1);
    return sample.where(old.isActive, tf.fill(sample.shape, Number.NaN));
  }

  /** The block's rows of a tensor whose first axis is the race's rows. */
  private rowsOf(v: Tensor, { firstRow, rows }: RowBlock): Tensor {
    if (rows.length === this.spec.rows.length) return v;
    return v.slice([firstRow, ...v.shape.slice(1).map(() => 0)], [rows.length, ...v.shape.slice(1)]);
  }
}

function raceBlock(ops: OpsBlock, totalSteps: number): RaceBlock {
  const { program, rows } = ops.block;
  const { tableNames } = ops;
  const lr = (row: RowSpec) => (program.rowHyper.includes('lr') ? (hyperNumbers(row, 'lr')[0] ?? 1) : 1);
  const entries = (row: RowSpec) =>
    Array.from({ length: totalSteps }, (_, k) => {
      const values = program.table?.(row.hyper, k) ?? {};
      return tableNames.map((name) => values[name] ?? Number.NaN);
    });
  return {
    ops,
    L: matrix(rows.map((row) => row.mult.slice(0, totalSteps).map((value) => value * lr(row)))),
    mult: matrix(rows.map((row) => row.mult.slice(0, totalSteps))),
    table: tableNames.length === 0 ? null : matrix(rows.flatMap(entries)),
    tableOffset: tf.tensor1d(
      rows.map((_, index) => index * totalSteps),
      'int32',
    ),
  };
}

function disposeState({ x, isActive, divergedAt, cause, k, blocks }: BatchState): void {
  tf.dispose([x, isActive, divergedAt, cause, k]);
  for (const { slots, scalars } of blocks) tf.dispose([slots, scalars]);
}

async function readAll(
  tensors: Tensors,
): Promise<readonly { readonly name: string; readonly values: Float64Array; readonly cols: number }[]> {
  return Promise.all(
    Object.entries(tensors).map(async ([name, tensor]) => ({
      name,
      values: Float64Array.from(await tensor.data()),
      cols: tensor.shape[1] ?? 0,
    })),
  );
}
