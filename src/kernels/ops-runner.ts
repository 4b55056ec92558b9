import type { ParamLayout } from './layout.ts';
import { mapNames, named } from './named.ts';
import {
  assertRunnerSpec,
  causeCode,
  causeOf,
  type DivergenceCause,
  hyperNumbers,
  initialScalar,
  planBlocks,
  type RowBlock,
  type RowStatus,
  type RunnerSamples,
  type RunnerSpec,
  type RunnerState,
  sampleWidth,
  segmentCount,
} from './optimizer-runner.ts';
import type { SlotInit, StepInput } from './step-program.ts';
import * as tf from './tf.ts';

type Tensor = tf.Tensor;
type Tensors = Record<string, Tensor>;

/** What a block needs in every step and never changes. */
interface BlockConstants {
  readonly block: RowBlock;
  readonly segments: number;
  readonly hyper: Tensors; // (Rb, 1) or (Rb, k)
  readonly derived: Tensors; // (Rb, 1)
  readonly L: Tensor; // (Rb, totalSteps)
  readonly mult: Tensor; // (Rb, totalSteps)
  readonly tableNames: readonly string[];
  /** (Rb * totalSteps, P): row r's values at its own counter k are entry r * totalSteps + k. Null without tables. */
  readonly table: Tensor | null;
  readonly tableOffset: Tensor; // (Rb) int32, r * totalSteps
  /** (Rb, n) bool: entries 0, p, 2p, ... of each tensor, for the p that the program asks for. */
  readonly everyNth: Map<number, Tensor>;
}

/** What a block's rows carry from step to step. */
type BlockState = {
  readonly slots: Tensors; // (Rb, n)
  readonly scalars: Tensors; // (Rb, S * k)
};

/** Everything that changes in a step. */
type BatchState = {
  readonly x: Tensor; // (R, n)
  readonly isActive: Tensor; // (R, 1) bool
  readonly divergedAt: Tensor; // (R, 1) int32, -1 while not diverged
  readonly cause: Tensor; // (R, 1) int32, as causeCode
  readonly k: Tensor; // (R) int32
  readonly blocks: BlockState[];
};

/**
 * Executes programs with TensorFlow.js operations in float32, on whatever backend is set. Never waits for the backend in `step`.
 * Holds tensors until `dispose`.
 */
export class OpsRunner {
  private readonly spec: RunnerSpec;
  private readonly width: number;
  private readonly blocks: readonly BlockConstants[];
  private readonly x0: Tensor; // (R, n)
  private readonly horizon: Tensor; // (R, 1) int32
  /** (1, n) bool, true at real elements; null when the layout has no padding. */
  private readonly isReal: Tensor | null;
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
    this.isReal = layout.n === layout.size ? null : tf.tensor2d(realElements(layout), [1, layout.n], 'bool');
    this.blocks = planBlocks(rows).map((block) => createConstants(block, layout, totalSteps));
    this.current = {
      x: tf.clone(this.x0),
      isActive: tf.greater(this.horizon, 0),
      divergedAt: tf.fill([rows.length, 1], -1, 'int32'),
      cause: tf.zeros([rows.length, 1], 'int32'),
      k: tf.zeros([rows.length], 'int32'),
      blocks: this.blocks.map(({ block, segments }) => initialState(block, segments, spec)),
    };
  }

  /** Current parameters (R, n). Owned by the runner; valid until the next `step`. */
  get params(): Tensor {
    return this.current.x;
  }

  /** The point to evaluate, (R, n): the program's `evalPoint`, else the parameters. The caller disposes it. */
  evalParams(): Tensor {
    return tf.tidy(() =>
      joinRows(
        this.blocks.map(({ block, hyper, derived }, index) => {
          const x = this.rowsOf(this.current.x, block);
          const { slots, scalars } = this.current.blocks[index] ?? { slots: {}, scalars: {} };
          return block.program.evalPoint?.<Tensor>({ x, slots, scalars, hyper, derived, option: block.option }) ?? tf.clone(x);
        }),
      ),
    );
  }

  /** Makes one race step: grads (R, n) at `params`, objective (R) that was differentiated, loss (R) that is recorded. Inputs stay the caller's. */
  step(grads: Tensor, objective: Tensor, loss: Tensor): void {
    const { rows, totalSteps } = this.spec;
    const t = this.raceStep;
    if (t >= totalSteps) throw new Error(`All ${totalSteps} steps of this batch have been made.`);
    const old = this.current;
    const { sample, next } = tf.tidy(() => {
      const objectiveColumn = objective.reshape([rows.length, 1]);
      const hasObjective = tf.isFinite(objectiveColumn);
      const begins = old.isActive.logicalAnd(hasObjective);
      const stepped = this.blocks.map((constants, index) =>
        this.stepBlock(constants, old.blocks[index] ?? { slots: {}, scalars: {} }, grads, objectiveColumn, begins, t),
      );
      const moves = joinRows(stepped.map((result) => result.moves));
      const x = this.keepPadding(joinRows(stepped.map((result) => result.x)).where(moves, old.x), old.x);
      const advances = joinRows(stepped.map((result) => result.advances));
      const hasFiniteState = joinRows(stepped.map((result) => result.hasFiniteState));
      const staysFinite = tf.isFinite(x).all(1, true);
      const goesOn = moves.logicalAnd(staysFinite).logicalAnd(hasFiniteState);
      const code = (cause: DivergenceCause) => tf.fill([rows.length, 1], causeCode(cause), 'int32');
      const cause = code('state')
        .where(staysFinite, code('parameters'))
        .where(moves, code('method'))
        .where(hasObjective, code('loss'))
        .where(old.isActive.logicalAnd(goesOn.logicalNot()), old.cause);
      const next: BatchState = {
        x,
        isActive: goesOn.logicalAnd(this.horizon.greater(tf.scalar(t + 1, 'int32'))),
        divergedAt: tf.fill([rows.length, 1], t, 'int32').where(old.isActive.logicalAnd(goesOn.logicalNot()), old.divergedAt),
        cause,
        k: old.k.add(moves.logicalAnd(advances).cast('int32').reshape([rows.length])),
        blocks: stepped.map(({ state }) => state),
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
        const members = this.blocks[index]?.block;
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
    const from = (values: readonly ArrayLike<number>[]) =>
      tf.tensor2d(Float32Array.from(values.flatMap((row) => Array.from(row))), [values.length, values[0]?.length ?? 0]);
    this.current = {
      x: tf.tensor2d(Float32Array.from(params), [rows.length, n]),
      isActive: tf.tidy(() => this.horizon.greater(tf.scalar(step, 'int32'))),
      divergedAt: tf.fill([rows.length, 1], -1, 'int32'),
      cause: tf.zeros([rows.length, 1], 'int32'),
      k: tf.tensor1d(
        rows.map(({ k }) => k),
        'int32',
      ),
      blocks: this.blocks.map(({ block }) => {
        const members = rows.slice(block.firstRow, block.firstRow + block.rows.length);
        return {
          slots: mapNames(block.program.slots, (name) => from(members.map(({ slots }) => named(slots, name)))),
          scalars: mapNames(block.program.scalars, (name) => from(members.map(({ scalars }) => named(scalars, name)))),
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
    this.isReal?.dispose();
    for (const { hyper, derived, L, mult, table, tableOffset, everyNth } of this.blocks) {
      tf.dispose([hyper, derived, L, mult, tableOffset, ...everyNth.values()]);
      table?.dispose();
    }
    this.pending = [];
  }

  private stepBlock(
    constants: BlockConstants,
    state: BlockState,
    grads: Tensor,
    objective: Tensor,
    raceBegins: Tensor,
    t: number,
  ): {
    readonly x: Tensor;
    readonly moves: Tensor;
    readonly advances: Tensor;
    readonly hasFiniteState: Tensor;
    readonly state: BlockState;
  } {
    const { block } = constants;
    const output = block.program.step<Tensor>(this.input(constants, state, grads, objective, t));
    const begins = this.rowsOf(raceBegins, block);
    const moves = output.fails ? begins.logicalAnd(output.fails.logicalNot()) : begins;
    const keepSlot = (value: Tensor, current: Tensor) =>
      value === current ? tf.clone(current) : this.keepPadding(value.where(moves, current), current);
    const slots = mapNames(state.slots, (name, current) => keepSlot(named(output.slots, name), current));
    const scalars = mapNames(state.scalars, (name, current) => named(output.scalars, name).where(moves, current));
    return {
      x: output.x,
      moves,
      advances: output.skip ? output.skip.logicalNot() : tf.onesLike(moves),
      hasFiniteState: [...Object.values(slots), ...Object.values(scalars)].reduce(
        (all: Tensor, value) => all.logicalAnd(tf.isFinite(value).all(1, true)),
        tf.onesLike(moves),
      ),
      state: { slots, scalars },
    };
  }

  private input(
    { block, segments, hyper, derived, L, mult, table, tableNames, tableOffset, everyNth }: BlockConstants,
    { slots, scalars }: BlockState,
    grads: Tensor,
    objective: Tensor,
    t: number,
  ): StepInput<Tensor> {
    const { layout } = this.spec;
    const rows = block.rows.length;
    const column = (values: Tensor, index: number) => values.slice([0, index], [rows, 1]);
    const current = table?.gather(this.rowsOf(this.current.k, block).add(tableOffset)); // (Rb, P)
    const isPerTensor = block.program.segments === 'tensor';
    const real = (v: Tensor) => (this.isReal ? v.where(this.isReal, tf.zerosLike(v)) : v);
    return {
      x: this.rowsOf(this.current.x, block),
      g: this.rowsOf(grads, block),
      loss: this.rowsOf(objective, block),
      L: column(L, t),
      mult: column(mult, t),
      hyper,
      derived,
      table: current ? Object.fromEntries(tableNames.map((name, index) => [name, column(current, index)])) : {},
      slots,
      scalars,
      option: block.option,
      sum: (v) => (isPerTensor ? sumTensors(real(v), layout) : real(v).sum(1, true)),
      spread: (v) => (isPerTensor ? spreadTensors(v, layout, segments) : v),
      everyNth: (v, p) => {
        let mask = everyNth.get(p);
        if (!mask) {
          mask = tf.keep(tf.tensor2d(nthElements(layout, p, rows), [rows, layout.n], 'bool'));
          everyNth.set(p, mask);
        }
        return v.where(mask, tf.zerosLike(v));
      },
      constant: (value) => tf.fill([rows, 1], value),
    };
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
      this.blocks.map(({ block }, index) => {
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

  /** `value` at real elements, `current` (zero) at padding. */
  private keepPadding(value: Tensor, current: Tensor): Tensor {
    return this.isReal ? value.where(this.isReal, current) : value;
  }
}

function createConstants(block: RowBlock, layout: ParamLayout, totalSteps: number): BlockConstants {
  const { program, rows } = block;
  // Computed in float64, rounded once by the tensor.
  const matrix = (values: readonly ArrayLike<number>[]) =>
    tf.tensor2d(Float32Array.from(values.flatMap((row) => Array.from(row))), [values.length, values[0]?.length ?? 0]);
  const derived = rows.map((row) => program.derived?.(row.hyper) ?? {});
  const tableNames = Object.keys(program.table?.(rows[0]?.hyper ?? {}, 0) ?? {});
  const lr = (row: RowBlock['rows'][number]) => (program.rowHyper.includes('lr') ? (hyperNumbers(row, 'lr')[0] ?? 1) : 1);
  return {
    block,
    segments: segmentCount(program, layout),
    hyper: Object.fromEntries(program.rowHyper.map((name) => [name, matrix(rows.map((row) => hyperNumbers(row, name)))])),
    derived: Object.fromEntries(
      Object.keys(derived[0] ?? {}).map((name) => [name, matrix(derived.map((values) => [values[name] ?? Number.NaN]))]),
    ),
    L: matrix(rows.map((row) => row.mult.slice(0, totalSteps).map((value) => value * lr(row)))),
    mult: matrix(rows.map((row) => row.mult.slice(0, totalSteps))),
    tableNames,
    table:
      tableNames.length === 0
        ? null
        : matrix(
            rows.flatMap((row) =>
              Array.from({ length: totalSteps }, (_, k) => {
                const values = program.table?.(row.hyper, k) ?? {};
                return tableNames.map((name) => values[name] ?? Number.NaN);
              }),
            ),
          ),
    tableOffset: tf.tensor1d(
      rows.map((_, index) => index * totalSteps),
      'int32',
    ),
    everyNth: new Map(),
  };
}

function initialState(block: RowBlock, segments: number, { layout, x0 }: RunnerSpec): BlockState {
  const { program, rows, firstRow } = block;
  const shape: [number, number] = [rows.length, layout.n];
  const slot = (init: SlotInit): Tensor => {
    if (init === 'zero') return tf.zeros(shape);
    if (init === 'params')
      return tf.tensor2d(Float32Array.from(x0.subarray(firstRow * layout.n, (firstRow + rows.length) * layout.n)), shape);
    const isReal = realElements(layout);
    return tf.tensor2d(Float32Array.from(rows.flatMap((row) => isReal.map((real) => (real ? init(row.hyper) : 0)))), shape);
  };
  return {
    slots: mapNames(program.slots, (_name, init) => slot(init)),
    scalars: mapNames(program.scalars, (name) => tf.tensor2d(rows.map((row) => [...initialScalar(row, name, segments)]))),
  };
}

/** Per element of a row: 1 where it is real, 0 where it is padding. */
function realElements(layout: ParamLayout): number[] {
  const mask = new Array<number>(layout.n).fill(0);
  for (const { offset, size } of layout.tensors) mask.fill(1, offset, offset + size);
  return mask;
}

function nthElements(layout: ParamLayout, p: number, rows: number): Uint8Array {
  const mask = new Uint8Array(rows * layout.n);
  for (let row = 0; row < rows; row += 1) {
    for (const { offset, size } of layout.tensors) {
      for (let element = 0; element < size; element += p) mask[row * layout.n + offset + element] = 1;
    }
  }
  return mask;
}

/** (R, n) -> (R, S): one sum per tensor. */
function sumTensors(v: Tensor, layout: ParamLayout): Tensor {
  const rows = v.shape[0] ?? 0;
  return tf.concat(
    layout.tensors.map(({ offset, size }) => v.slice([0, offset], [rows, size]).sum(1, true)),
    1,
  );
}

/** (R, S) -> (R, n): each tensor's value at its elements and padding. */
function spreadTensors(v: Tensor, layout: ParamLayout, segments: number): Tensor {
  const rows = v.shape[0] ?? 0;
  if (v.shape[1] !== segments) throw new Error(`spread needs one value per tensor, (${rows}, ${segments}), got (${v.shape.join(', ')}).`);
  return tf.concat(
    layout.tensors.map(({ paddedSize }, index) => v.slice([0, index], [rows, 1]).tile([1, paddedSize])),
    1,
  );
}

function joinRows(parts: readonly Tensor[]): Tensor {
  const [first] = parts;
  return parts.length === 1 && first ? first : tf.concat([...parts], 0);
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
