import type { ParamLayout } from './layout.ts';
import { mapNames, named } from './named.ts';
import { matrix, OpsBlock, type OpsBlockState, type OpsRows, settleRows, type Tensors } from './ops-block.ts';
import { causeOf, type OpenRow, openBlock, type RowState, type RowStatus } from './optimizer-runner.ts';
import * as tf from './tf.ts';

type Tensor = tf.Tensor;
type StepperState = OpsRows & { readonly block: OpsBlockState };

/** Steps that the table is computed for at first; doubled whenever they have been made. */
const FIRST_CAPACITY = 64;

/**
 * Steps one row with TensorFlow.js operations, on whatever backend is set: like `OpsRunner`, for callers that do not know how long they will
 * go on, choose the learning rate at every step, and want no samples. Holds tensors until `dispose`, also when called inside `tf.tidy`.
 */
export class OpsStepper {
  readonly #row: OpenRow;
  readonly #ops: OpsBlock;
  #current: StepperState;
  /** (capacity, P); null without tables. */
  #table: Tensor | null = null;
  #capacity = 0;
  /** Steps made, plus the counter that was restored: the own counter k is at most this. */
  #steps = 0;

  /** @param x0 initial parameters, (1, n); stays the caller's */
  constructor(row: OpenRow, layout: ParamLayout, x0: Tensor) {
    this.#row = row;
    this.#ops = new OpsBlock(openBlock(row), layout);
    this.#current = kept(() => this.#activeState(tf.clone(x0), 0, this.#ops.initialState(x0)));
  }

  /** Parameters, (1, n). Owned by the stepper; valid until the next change. */
  get params(): Tensor {
    return this.#current.x;
  }

  /** Puts other parameters, (1, n), in the place of the current ones; `x` stays the caller's. */
  setParams(x: Tensor): void {
    const old = this.#current.x;
    this.#current = { ...this.#current, x: tf.keep(tf.clone(x)) };
    old.dispose();
  }

  /** One step: gradient (1, n) at `params`, objective (1) that was differentiated. Inputs stay the caller's. */
  step(g: Tensor, objective: Tensor, { L, mult }: { readonly L: number; readonly mult: number }): void {
    this.#growTable();
    const old = this.#current;
    const table = this.#table;
    this.#current = kept(() => {
      const column = tf.reshape(objective, [1, 1]);
      const hasObjective = tf.isFinite(column);
      const step = this.#ops.step(old.block, {
        x: old.x,
        g,
        objective: column,
        L: matrix([[L]]),
        mult: matrix([[mult]]),
        table: table && tf.gather(table, old.k),
        begins: tf.logicalAnd(old.isActive, hasObjective),
      });
      return { ...settleRows(old, step, hasObjective, this.#steps), block: step.state };
    });
    disposeState(old);
    this.#steps += 1;
  }

  /** The point to evaluate, (1, n). The caller disposes it. */
  evalPoint(): Tensor {
    return tf.tidy(() => this.#ops.evalPoint(this.#current.x, this.#current.block));
  }

  /** Where the row stands, and its scalars, S * k values each. */
  async status(): Promise<RowStatus & Pick<RowState, 'scalars'>> {
    const { isActive, divergedAt, cause, k, block } = this.#current;
    const [flags, scalars] = await Promise.all([readAll({ isActive, divergedAt, cause, k }), readAll(block.scalars)]);
    const flag = (name: string) => named(flags, name)[0] as number;
    return {
      isActive: flag('isActive') !== 0,
      divergedAt: flag('divergedAt') < 0 ? null : flag('divergedAt'),
      cause: causeOf(flag('cause')),
      k: flag('k'),
      scalars: mapNames(scalars, (_name, values) => Array.from(values)),
    };
  }

  async state(): Promise<RowState> {
    const { k, block } = this.#current;
    const [counter, slots, scalars] = await Promise.all([readAll({ k }), readAll(block.slots), readAll(block.scalars)]);
    return { k: named(counter, 'k')[0] as number, slots, scalars: mapNames(scalars, (_name, values) => Array.from(values)) };
  }

  /** Continues from a state, rounded to float32, active again; the parameters stay as they are. */
  restore({ k, slots, scalars }: RowState): void {
    const old = this.#current;
    const { program } = this.#row;
    this.#current = kept(() =>
      this.#activeState(tf.clone(old.x), k, {
        slots: mapNames(program.slots, (name) => matrix([named(slots, name)])),
        scalars: mapNames(program.scalars, (name) => matrix([named(scalars, name)])),
      }),
    );
    disposeState(old);
    this.#steps = k;
  }

  dispose(): void {
    disposeState(this.#current);
    this.#ops.dispose();
    this.#table?.dispose();
    this.#table = null;
  }

  #activeState(x: Tensor, k: number, block: OpsBlockState): StepperState {
    return {
      x,
      isActive: tf.ones([1, 1], 'bool'),
      divergedAt: tf.fill([1, 1], -1, 'int32'),
      cause: tf.zeros([1, 1], 'int32'),
      k: tf.tensor1d([k], 'int32'),
      block,
    };
  }

  #growTable(): void {
    const { tableNames } = this.#ops;
    if (this.#steps < this.#capacity || tableNames.length === 0) return;
    const { program, hyper } = this.#row;
    this.#capacity = Math.max(FIRST_CAPACITY, 2 * this.#steps);
    const rows = Array.from({ length: this.#capacity }, (_, k) => {
      const values = program.table?.(hyper, k) ?? {};
      return tableNames.map((name) => named(values, name));
    });
    this.#table?.dispose();
    this.#table = tf.keep(matrix(rows));
  }
}

/** Values of tensors as they are now. Steps may go on meanwhile: a clone keeps what a backend reads from being freed under it. */
async function readAll(tensors: Tensors): Promise<Record<string, Float64Array>> {
  const entries = await Promise.all(
    Object.entries(tensors).map(async ([name, tensor]) => {
      const held = tf.keep(tf.clone(tensor));
      try {
        return [name, Float64Array.from(await held.data())] as const;
      } finally {
        held.dispose();
      }
    }),
  );
  return Object.fromEntries(entries);
}

/** Makes a state and keeps its tensors, whatever `tf.tidy` is around. */
function kept(make: () => StepperState): StepperState {
  return tf.tidy(() => {
    const state = make();
    for (const tensor of tensorsOf(state)) tf.keep(tensor);
    return state;
  });
}

function tensorsOf({ x, isActive, divergedAt, cause, k, block }: StepperState): readonly Tensor[] {
  return [x, isActive, divergedAt, cause, k, ...Object.values(block.slots), ...Object.values(block.scalars)];
}

function disposeState(state: StepperState): void {
  for (const tensor of tensorsOf(state)) tensor.dispose();
}
