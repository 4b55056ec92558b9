import type { ParamLayout } from './layout.ts';
import { mapNames, named } from './named.ts';
import {
  assertRunnerSpec,
  type DivergenceCause,
  hyperNumbers,
  initialScalar,
  planBlocks,
  type RowBlock,
  type RowState,
  type RowStatus,
  type RunnerSamples,
  type RunnerSpec,
  type RunnerState,
  sampleWidth,
  segmentCount,
} from './optimizer-runner.ts';
import type { SlotInit, StepInput } from './step-program.ts';
import { Vec64 } from './vec64.ts';

type Named = Record<string, Vec64>;

/** What a block's rows carry. Vectors are packed: real elements only, tensors one after another, so that padding enters nothing. */
interface BlockState {
  readonly block: RowBlock;
  readonly hyper: Named; // (Rb, 1) or (Rb, k)
  readonly derived: Named; // (Rb, 1)
  readonly x0: Vec64; // (Rb, size)
  x: Vec64; // (Rb, size)
  slots: Named; // (Rb, size)
  scalars: Named; // (Rb, S * k)
}

interface RowRecord {
  isActive: boolean;
  divergedAt: number | null;
  cause: DivergenceCause | null;
  k: number;
}

/** Executes programs in float64 on the CPU, row by row order of operations as written: the oracle for every other runner. */
export class ReferenceRunner {
  private readonly spec: RunnerSpec;
  private readonly recomputes: boolean;
  private readonly width: number;
  private readonly blocks: readonly BlockState[];
  private readonly rows: RowRecord[];
  private readonly samplesTaken: Float64Array[] = [];
  private raceStep = 0;

  /** `recomputes`: follow the packages' rounding by computing what `StepProgram.recompute` gives anew each step, instead of carrying it. */
  constructor(spec: RunnerSpec, { recomputes = false }: { readonly recomputes?: boolean } = {}) {
    this.recomputes = recomputes;
    assertRunnerSpec(spec);
    this.spec = spec;
    this.width = sampleWidth(spec);
    this.blocks = planBlocks(spec.rows).map((block) => createBlock(block, spec));
    this.rows = spec.rows.map(({ horizonSteps }) => ({ isActive: horizonSteps > 0, divergedAt: null, cause: null, k: 0 }));
  }

  /** Race steps done. */
  get stepsDone(): number {
    return this.raceStep;
  }

  /** Parameters (R, n), padding zero; a copy. */
  get params(): Float64Array {
    return this.unpacked((state) => state.x);
  }

  /** The point to evaluate, (R, n): the program's `evalPoint`, else the parameters; a copy. */
  get evalParams(): Float64Array {
    return this.unpacked((state) => state.block.program.evalPoint?.({ ...state, option: state.block.option }) ?? state.x);
  }

  /** One row's slot, (n), padding zero; a copy. */
  slot(row: number, name: string): Float64Array {
    const { state, index } = this.locate(row);
    return unpack(named(state.slots, name).row(index), this.spec.layout);
  }

  /** One row's scalar, S * k values. */
  scalar(row: number, name: string): readonly number[] {
    const { state, index } = this.locate(row);
    return Array.from(named(state.scalars, name).row(index));
  }

  status(row: number): RowStatus {
    const record = this.rows[row];
    if (!record) throw new Error(`There is no row ${row}: the batch has ${this.rows.length}.`);
    return { ...record };
  }

  /**
   * Makes one race step with gradients (R, n) taken at the current parameters. Padding of `grads` is ignored.
   * `objective` (R) is what was differentiated; `loss` (R) is what is recorded, the objective unless given.
   */
  step(grads: Float64Array, objective: Float64Array, loss: Float64Array = objective): void {
    const { layout, rows, totalSteps } = this.spec;
    if (this.raceStep >= totalSteps) throw new Error(`All ${totalSteps} steps of this batch have been made.`);
    if (grads.length !== rows.length * layout.n)
      throw new Error(`Gradients must be (${rows.length}, ${layout.n}), got ${grads.length} values.`);
    if (objective.length !== rows.length || loss.length !== rows.length) throw new Error(`Objective and loss need ${rows.length} values.`);
    const sample = new Float64Array(rows.length * this.width).fill(Number.NaN);
    for (const state of this.blocks) this.stepBlock(state, grads, objective, loss, sample);
    this.samplesTaken.push(sample);
    this.raceStep += 1;
    this.rows.forEach((record, index) => {
      if (this.raceStep >= (rows[index]?.horizonSteps ?? 0)) record.isActive = false;
    });
  }

  /** Samples of the steps since the last call. */
  samples(): RunnerSamples {
    const taken = this.samplesTaken.splice(0);
    const data = new Float64Array(taken.length * this.rows.length * this.width);
    taken.forEach((sample, index) => {
      data.set(sample, index * sample.length);
    });
    return { firstStep: this.raceStep - taken.length, count: taken.length, width: this.width, data };
  }

  /** The whole state before the next step; a copy. */
  state(): RunnerState {
    return {
      step: this.raceStep,
      params: this.params,
      rows: this.rows.map(({ k }, row): RowState => {
        const { state } = this.locate(row);
        return {
          k,
          slots: Object.fromEntries(Object.keys(state.slots).map((name) => [name, this.slot(row, name)])),
          scalars: Object.fromEntries(Object.keys(state.scalars).map((name) => [name, this.scalar(row, name)])),
        };
      }),
    };
  }

  /** Continues from a state, with every row active that its horizon allows. x0 of `movedMax` and `moved2` stays the spec's. */
  restore(state: RunnerState): void {
    const { layout, rows } = this.spec;
    this.raceStep = state.step;
    this.samplesTaken.length = 0;
    for (const target of this.blocks) {
      const { rows: specs, firstRow } = target.block;
      const members = specs.map((_, index) => firstRow + index);
      const rowState = (row: number) => state.rows[row] ?? { k: 0, slots: {}, scalars: {} };
      target.x = Vec64.fromRows(members.map((row) => pack(state.params.subarray(row * layout.n, (row + 1) * layout.n), layout)));
      target.slots = mapNames(target.slots, (name) => Vec64.fromRows(members.map((row) => pack(named(rowState(row).slots, name), layout))));
      target.scalars = mapNames(target.scalars, (name) => Vec64.fromRows(members.map((row) => named(rowState(row).scalars, name))));
    }
    this.rows.forEach((record, row) => {
      record.isActive = state.step < (rows[row]?.horizonSteps ?? 0);
      record.divergedAt = null;
      record.cause = null;
      record.k = state.rows[row]?.k ?? 0;
    });
  }

  private stepBlock(state: BlockState, grads: Float64Array, objective: Float64Array, loss: Float64Array, sample: Float64Array): void {
    const { layout } = this.spec;
    const { block, x: old } = state;
    const members = block.rows.map((_, index) => block.firstRow + index);
    const hadEnded = members.map((row) => !this.record(row).isActive);
    for (const row of members) {
      if (this.record(row).isActive && !Number.isFinite(objective[row])) this.diverge(row, 'loss');
    }
    const g = Vec64.fromRows(members.map((row) => pack(grads.subarray(row * layout.n, (row + 1) * layout.n), layout)));
    const output = block.program.step(this.input(state, g, objective));
    members.forEach((row, index) => {
      if (this.record(row).isActive && output.fails?.values[index]) this.diverge(row, 'method');
    });
    const moves = Vec64.fromRows(members.map((row) => [this.record(row).isActive ? 1 : 0]));
    const keep = (value: Vec64, current: Vec64) => value.where(moves, current);
    state.x = keep(output.x, old);
    state.slots = mapNames(state.slots, (name, current) => keep(named(output.slots, name), current));
    state.scalars = mapNames(state.scalars, (name, current) => keep(named(output.scalars, name), current));

    members.forEach((row, index) => {
      if (hadEnded[index]) return;
      const record = this.record(row);
      if (record.isActive) {
        if (!output.skip?.values[index]) record.k += 1;
        const staysFinite = (v: Vec64) => v.row(index).every(Number.isFinite);
        if (!staysFinite(state.x)) this.diverge(row, 'parameters');
        else if (!Object.values({ ...state.slots, ...state.scalars }).every(staysFinite)) this.diverge(row, 'state');
      }
      const before = old.row(index);
      const start = state.x0.row(index);
      let step2 = 0;
      let movedMax = 0;
      let moved2 = 0;
      state.x.row(index).forEach((value, element) => {
        const moved = value - (start[element] as number);
        step2 += (value - (before[element] as number)) ** 2;
        movedMax = Math.max(movedMax, Math.abs(moved));
        moved2 += moved ** 2;
      });
      const scalars = Object.values(state.scalars).flatMap((scalar) => Array.from(scalar.row(index)));
      sample.set([loss[row] as number, Math.sqrt(step2 / layout.size), movedMax, Math.sqrt(moved2), ...scalars], row * this.width);
    });
  }

  private input(state: BlockState, g: Vec64, objective: Float64Array): StepInput<Vec64> {
    const { layout } = this.spec;
    const { block, hyper, derived, x, x0, scalars } = state;
    const { program, rows, firstRow, option } = block;
    const anew = this.recomputes ? program.recompute?.({ x, x0, slots: state.slots, scalars, option }) : {};
    const slots = mapNames(state.slots, (name, carried) => anew?.[name] ?? carried);
    const column = (value: (row: number, index: number) => number) =>
      Vec64.fromRows(rows.map((_, index) => [value(firstRow + index, index)]));
    const mult = column((_row, index) => rows[index]?.mult[this.raceStep] ?? 0);
    const tables = rows.map((row, index) => program.table?.(row.hyper, this.record(firstRow + index).k) ?? {});
    const table = Object.fromEntries(
      Object.keys(tables[0] ?? {}).map((name) => [name, column((_row, index) => tables[index]?.[name] ?? Number.NaN)]),
    );
    const segments = program.segments === 'tensor' ? packedSegments(layout) : [{ start: 0, end: layout.size }];
    return {
      x,
      g,
      loss: column((row) => objective[row] as number),
      L: hyper.lr ? hyper.lr.mul(mult) : mult,
      mult,
      hyper,
      derived,
      table,
      slots,
      scalars,
      option,
      sum: (v) => segmentSums(v, segments),
      spread: (v) => (program.segments === 'tensor' ? spreadSegments(v, segments, layout.size) : v),
      everyNth: (v, p) => everyNth(v, packedSegments(layout), p),
      constant: (value) => new Vec64(rows.length, 1, new Float64Array(rows.length).fill(value)),
    };
  }

  private diverge(row: number, cause: DivergenceCause): void {
    Object.assign(this.record(row), { isActive: false, divergedAt: this.raceStep, cause });
  }

  private record(row: number): RowRecord {
    return this.rows[row] as RowRecord;
  }

  private locate(row: number): { readonly state: BlockState; readonly index: number } {
    const state = this.blocks.find(({ block }) => row >= block.firstRow && row < block.firstRow + block.rows.length);
    if (!state) throw new Error(`There is no row ${row}: the batch has ${this.rows.length}.`);
    return { state, index: row - state.block.firstRow };
  }

  private unpacked(select: (state: BlockState) => Vec64): Float64Array {
    const { layout } = this.spec;
    const result = new Float64Array(this.rows.length * layout.n);
    for (const state of this.blocks) {
      const v = select(state);
      state.block.rows.forEach((_, index) => {
        result.set(unpack(v.row(index), layout), (state.block.firstRow + index) * layout.n);
      });
    }
    return result;
  }
}

function createBlock(block: RowBlock, { layout, x0 }: RunnerSpec): BlockState {
  const { program, rows, firstRow } = block;
  const start = Vec64.fromRows(
    rows.map((_, index) => pack(x0.subarray((firstRow + index) * layout.n, (firstRow + index + 1) * layout.n), layout)),
  );
  const derived = rows.map((row) => program.derived?.(row.hyper) ?? {});
  const segments = segmentCount(program, layout);
  const slot = (init: SlotInit) => {
    if (init === 'params') return new Vec64(rows.length, layout.size, start.values.slice());
    return Vec64.fromRows(rows.map((row) => new Float64Array(layout.size).fill(init === 'zero' ? 0 : init(row.hyper))));
  };
  return {
    block,
    hyper: Object.fromEntries(program.rowHyper.map((name) => [name, Vec64.fromRows(rows.map((row) => hyperNumbers(row, name)))])),
    derived: Object.fromEntries(
      Object.keys(derived[0] ?? {}).map((name) => [name, Vec64.fromRows(derived.map((values) => [values[name] ?? Number.NaN]))]),
    ),
    x0: start,
    x: start,
    slots: mapNames(program.slots, (_name, init) => slot(init)),
    scalars: mapNames(program.scalars, (name) => Vec64.fromRows(rows.map((row) => initialScalar(row, name, segments)))),
  };
}

/** Real elements of one padded row, in order. */
function pack(row: ArrayLike<number> & { subarray(start: number, end: number): ArrayLike<number> }, layout: ParamLayout): Float64Array {
  const result = new Float64Array(layout.size);
  let start = 0;
  for (const { offset, size } of layout.tensors) {
    result.set(row.subarray(offset, offset + size), start);
    start += size;
  }
  return result;
}

/** One padded row from its real elements; padding zero. */
function unpack(packed: Float64Array, layout: ParamLayout): Float64Array {
  const result = new Float64Array(layout.n);
  let start = 0;
  for (const { offset, size } of layout.tensors) {
    result.set(packed.subarray(start, start + size), offset);
    start += size;
  }
  return result;
}

interface Segment {
  readonly start: number;
  readonly end: number;
}

function packedSegments(layout: ParamLayout): readonly Segment[] {
  let start = 0;
  return layout.tensors.map(({ size }) => {
    const segment = { start, end: start + size };
    start += size;
    return segment;
  });
}

function segmentSums(v: Vec64, segments: readonly Segment[]): Vec64 {
  const result = new Vec64(v.rows, segments.length);
  for (let row = 0; row < v.rows; row += 1) {
    const values = v.row(row);
    segments.forEach(({ start, end }, index) => {
      let total = 0;
      for (let element = start; element < end; element += 1) total += values[element] as number;
      result.values[row * segments.length + index] = total;
    });
  }
  return result;
}

function spreadSegments(v: Vec64, segments: readonly Segment[], size: number): Vec64 {
  const result = new Vec64(v.rows, size);
  for (let row = 0; row < v.rows; row += 1) {
    segments.forEach(({ start, end }, index) => {
      result.row(row).fill(v.values[row * segments.length + index] as number, start, end);
    });
  }
  return result;
}

function everyNth(v: Vec64, tensors: readonly Segment[], p: number): Vec64 {
  const result = new Vec64(v.rows, v.cols);
  for (let row = 0; row < v.rows; row += 1) {
    for (const { start, end } of tensors) {
      for (let element = start; element < end; element += p) result.row(row)[element] = v.row(row)[element] as number;
    }
  }
  return result;
}
