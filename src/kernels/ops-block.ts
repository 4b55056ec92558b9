import type { ParamLayout } from './layout.ts';
import { mapNames, named } from './named.ts';
import { OpsTensor } from './ops-tensor.ts';
import { causeCode, type DivergenceCause, hyperNumbers, initialScalar, type RowBlock, segmentCount } from './optimizer-runner.ts';
import type { SlotInit } from './step-program.ts';
import * as tf from './tf.ts';

type Tensor = tf.Tensor;
export type Tensors = Readonly<Record<string, Tensor>>;
type Wrapped = Readonly<Record<string, OpsTensor>>;

/** What a block's rows carry from step to step. Types rather than interfaces, so that `tf.tidy` takes them for containers of tensors. */
export type OpsBlockState = {
  readonly slots: Tensors; // (Rb, n)
  readonly scalars: Tensors; // (Rb, S * k)
};

/** What a step of one block looks at besides its state. */
export interface OpsBlockInputs {
  readonly x: Tensor; // (Rb, n)
  readonly g: Tensor; // (Rb, n)
  readonly objective: Tensor; // (Rb, 1)
  readonly L: Tensor; // (Rb, 1)
  readonly mult: Tensor; // (Rb, 1)
  /** (Rb, P), the rows' tables at their own counters, in the order of `tableNames`. Null without tables. */
  readonly table: Tensor | null;
  /** (Rb, 1) bool: rows that are active and have an objective. The others keep slots and scalars. */
  readonly begins: Tensor;
}

export interface OpsBlockStep {
  readonly x: Tensor; // (Rb, n), computed for rows that do not move too
  readonly state: OpsBlockState;
  /** (Rb, 1) bool: rows that begin and for which the method has a step. */
  readonly moves: Tensor;
  /** (Rb, 1) bool: rows whose own counter advances if they move. */
  readonly advances: Tensor;
  readonly hasFiniteState: Tensor; // (Rb, 1) bool
}

/** The program of one block of rows, executed with TensorFlow.js operations. Holds its constants until `dispose`. */
export class OpsBlock {
  readonly block: RowBlock;
  readonly tableNames: readonly string[];
  readonly #layout: ParamLayout;
  readonly #segments: number;
  readonly #hyper: Wrapped; // (Rb, 1) or (Rb, k)
  readonly #derived: Wrapped; // (Rb, 1)
  /** (1, n) bool, true at real elements; null when the layout has no padding. */
  readonly #isReal: Tensor | null;
  /** (Rb, n) bool: entries 0, p, 2p, ... of each tensor, for the p that the program asks for. */
  readonly #everyNth = new Map<number, Tensor>();

  constructor(block: RowBlock, layout: ParamLayout) {
    const { program, rows } = block;
    const derived = rows.map((row) => program.derived?.(row.hyper) ?? {});
    const constants = (values: readonly (readonly number[])[]) => new OpsTensor(tf.keep(matrix(values)));
    this.block = block;
    this.tableNames = Object.keys(program.table?.(rows[0]?.hyper ?? {}, 0) ?? {});
    this.#layout = layout;
    this.#segments = segmentCount(program, layout);
    this.#hyper = Object.fromEntries(program.rowHyper.map((name) => [name, constants(rows.map((row) => hyperNumbers(row, name)))]));
    this.#derived = Object.fromEntries(
      Object.keys(derived[0] ?? {}).map((name) => [name, constants(derived.map((values) => [values[name] ?? Number.NaN]))]),
    );
    this.#isReal = layout.n === layout.size ? null : tf.keep(tf.tensor2d(realElements(layout), [1, layout.n], 'bool'));
  }

  /** The state before the first step from x0, (Rb, n). */
  initialState(x0: Tensor): OpsBlockState {
    const { program, rows } = this.block;
    const layout = this.#layout;
    const slot = (init: SlotInit): Tensor => {
      if (init === 'zero') return tf.zeros([rows.length, layout.n]);
      if (init === 'params') return tf.clone(x0);
      const isReal = realElements(layout);
      return matrix(rows.map((row) => isReal.map((real) => (real ? init(row.hyper) : 0))));
    };
    return {
      slots: mapNames(program.slots, (_name, init) => slot(init)),
      scalars: mapNames(program.scalars, (name) => matrix(rows.map((row) => initialScalar(row, name, this.#segments)))),
    };
  }

  /** One step. Call inside `tf.tidy`. */
  step(state: OpsBlockState, { x, g, objective, L, mult, table, begins }: OpsBlockInputs): OpsBlockStep {
    const { program, rows, option } = this.block;
    const isPerTensor = program.segments === 'tensor';
    const slots = wrapped(state.slots);
    const scalars = wrapped(state.scalars);
    const output = program.step<OpsTensor>({
      x: new OpsTensor(x),
      g: new OpsTensor(g),
      loss: new OpsTensor(objective),
      L: new OpsTensor(L),
      mult: new OpsTensor(mult),
      hyper: this.#hyper,
      derived: this.#derived,
      table: table
        ? Object.fromEntries(this.tableNames.map((name, index) => [name, new OpsTensor(tf.slice(table, [0, index], [rows.length, 1]))]))
        : {},
      slots,
      scalars,
      option,
      sum: ({ tensor }) => new OpsTensor(isPerTensor ? sumTensors(this.#real(tensor), this.#layout) : tf.sum(this.#real(tensor), 1, true)),
      spread: (v) => (isPerTensor ? new OpsTensor(spreadTensors(v.tensor, this.#layout, this.#segments)) : v),
      everyNth: ({ tensor }, p) => new OpsTensor(tf.where(this.#nthMask(p), tensor, tf.zerosLike(tensor))),
      constant: (value) => new OpsTensor(tf.fill([rows.length, 1], value)),
    });
    const moves = output.fails ? tf.logicalAnd(begins, tf.logicalNot(output.fails.tensor)) : begins;
    const keepSlot = (value: Tensor, current: Tensor) =>
      value === current ? tf.clone(current) : this.#keepPadding(tf.where(moves, value, current), current);
    const next: OpsBlockState = {
      slots: mapNames(state.slots, (name, current) => keepSlot(named(output.slots, name).tensor, current)),
      scalars: mapNames(state.scalars, (name, current) => tf.where(moves, named(output.scalars, name).tensor, current)),
    };
    return {
      x: this.#keepPadding(output.x.tensor, x),
      state: next,
      moves,
      advances: output.skip ? tf.logicalNot(output.skip.tensor) : tf.onesLike(moves),
      hasFiniteState: [...Object.values(next.slots), ...Object.values(next.scalars)].reduce(
        (all: Tensor, value) => tf.logicalAnd(all, tf.all(tf.isFinite(value), 1, true)),
        tf.onesLike(moves),
      ),
    };
  }

  /** The point to evaluate, (Rb, n): the program's `evalPoint`, else the parameters x. */
  evalPoint(x: Tensor, { slots, scalars }: OpsBlockState): Tensor {
    const { program, option } = this.block;
    const point = program.evalPoint?.<OpsTensor>({
      x: new OpsTensor(x),
      slots: wrapped(slots),
      scalars: wrapped(scalars),
      hyper: this.#hyper,
      derived: this.#derived,
      option,
    });
    // A copy, because the point may be a slot itself.
    return tf.clone(point ? this.#keepPadding(point.tensor, x) : x);
  }

  dispose(): void {
    for (const { tensor } of [...Object.values(this.#hyper), ...Object.values(this.#derived)]) tensor.dispose();
    this.#isReal?.dispose();
    for (const mask of this.#everyNth.values()) mask.dispose();
    this.#everyNth.clear();
  }

  /** `value` at real elements, `current` (zero) at padding. */
  #keepPadding(value: Tensor, current: Tensor): Tensor {
    return this.#isReal ? tf.where(this.#isReal, value, current) : value;
  }

  #real(v: Tensor): Tensor {
    return this.#isReal ? tf.where(this.#isReal, v, tf.zerosLike(v)) : v;
  }

  #nthMask(p: number): Tensor {
    const known = this.#everyNth.get(p);
    if (known) return known;
    const rows = this.block.rows.length;
    const mask = tf.keep(tf.tensor2d(nthElements(this.#layout, p, rows), [rows, this.#layout.n], 'bool'));
    this.#everyNth.set(p, mask);
    return mask;
  }
}

/** What a runner knows of its rows besides their state. */
export type OpsRows = {
  readonly x: Tensor; // (R, n)
  readonly isActive: Tensor; // (R, 1) bool
  readonly divergedAt: Tensor; // (R, 1) int32, -1 while not diverged
  readonly cause: Tensor; // (R, 1) int32, as causeCode
  readonly k: Tensor; // (R) int32
};

/**
 * What a step leaves of the rows: who moved where, who advanced, who diverged at step t and why. `step` holds all rows. Call inside
 * `tf.tidy`.
 */
export function settleRows(old: OpsRows, step: Omit<OpsBlockStep, 'state'>, hasObjective: Tensor, t: number): OpsRows {
  const { moves, advances, hasFiniteState } = step;
  const rows = old.x.shape[0] ?? 0;
  const x = tf.where(moves, step.x, old.x);
  const staysFinite = tf.all(tf.isFinite(x), 1, true);
  const goesOn = tf.logicalAnd(tf.logicalAnd(moves, staysFinite), hasFiniteState);
  const ends = tf.logicalAnd(old.isActive, tf.logicalNot(goesOn));
  const column = (value: number) => tf.fill([rows, 1], value, 'int32');
  const code = (cause: DivergenceCause) => column(causeCode(cause));
  const ofState = tf.where(staysFinite, code('state'), code('parameters'));
  const ofStep = tf.where(moves, ofState, code('method'));
  return {
    x,
    isActive: goesOn,
    divergedAt: tf.where(ends, column(t), old.divergedAt),
    cause: tf.where(ends, tf.where(hasObjective, ofStep, code('loss')), old.cause),
    k: tf.add(old.k, tf.reshape(tf.cast(tf.logicalAnd(moves, advances), 'int32'), [rows])),
  };
}

/** Rows of numbers, computed in float64 and rounded once. */
export function matrix(values: readonly ArrayLike<number>[]): Tensor {
  return tf.tensor2d(Float32Array.from(values.flatMap((row) => Array.from(row))), [values.length, values[0]?.length ?? 0]);
}

/** Rows of several blocks, one after another. */
export function joinRows(parts: readonly Tensor[]): Tensor {
  const [first] = parts;
  return parts.length === 1 && first ? first : tf.concat([...parts], 0);
}

function wrapped(tensors: Tensors): Wrapped {
  return mapNames(tensors, (_name, tensor) => new OpsTensor(tensor));
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
    layout.tensors.map(({ offset, size }) => tf.sum(tf.slice(v, [0, offset], [rows, size]), 1, true)),
    1,
  );
}

/** (R, S) -> (R, n): each tensor's value at its elements and padding. */
function spreadTensors(v: Tensor, layout: ParamLayout, segments: number): Tensor {
  const rows = v.shape[0] ?? 0;
  if (v.shape[1] !== segments) throw new Error(`spread needs one value per tensor, (${rows}, ${segments}), got (${v.shape.join(', ')}).`);
  return tf.concat(
    layout.tensors.map(({ paddedSize }, index) => tf.tile(tf.slice(v, [0, index], [rows, 1]), [1, paddedSize])),
    1,
  );
}
