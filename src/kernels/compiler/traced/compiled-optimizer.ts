import type { ParamLayout } from '../../layout.ts';
import { mapNames, named } from '../../named.ts';
import {
  causeOf,
  hyperNumbers,
  initialScalar,
  type RowSpec,
  type RowState,
  type RowStatus,
  type RunnerSamples,
  type RunnerState,
  sampleWidth,
  segmentCount,
} from '../../optimizer-runner.ts';
import { EXTERNALS } from './externals.ts';
import { blockInputs } from './optimizer-graph.ts';
import type { OptimizerPlan, PlannedBlock } from './optimizer-plan.ts';
import { SampleQueue } from './sample-queue.ts';

type Numbers = Float32Array | Float64Array;
type Integers = Int32Array | Float64Array;

/** The memory of a compiled program: live views of its externals, of one run where each run has its own. */
export interface ProgramMemory {
  float32(name: string, run?: number): Numbers;
  int32(name: string, run?: number): Integers;
}

/** Views of everything that the host touches of one row. */
interface RowMemory {
  readonly spec: RowSpec;
  readonly tableNames: readonly string[];
  readonly constantNames: readonly [hyper: readonly string[], derived: readonly string[]];
  /** The learning rate that `L` contains; 1 for a method without one. */
  readonly lr: number;
  readonly params: Numbers;
  readonly stepInputs: Numbers;
  readonly constants: Numbers;
  readonly isActive: Numbers;
  readonly divergedAt: Integers;
  readonly cause: Integers;
  readonly k: Integers;
  readonly slots: Readonly<Record<string, Numbers>>;
  readonly scalars: Readonly<Record<string, Numbers>>;
  /** The pieces of a sample, in order. */
  readonly sample: readonly Numbers[];
}

/**
 * The host's side of compiled optimizers: writes what a step needs before it, collects samples after it, and keeps the state in and out.
 * Whoever owns the program executes `stepSegments` between `prepare` and `collect`; a row that has ended may be left out.
 */
export class CompiledOptimizer {
  readonly #plan: OptimizerPlan;
  readonly #rows: readonly RowMemory[];
  readonly #step: Integers;
  readonly #samples: SampleQueue;
  /** Per row: whether it was active before the step being made. */
  readonly #wasActive: boolean[];
  #raceStep = 0;

  /** Writes the initial state. `sampleCapacity`: steps whose samples may wait to be read, all of them by default. */
  constructor(plan: OptimizerPlan, memory: ProgramMemory, sampleCapacity = plan.spec.totalSteps) {
    const { spec } = plan;
    this.#plan = plan;
    this.#rows = plan.blocks.flatMap((planned) =>
      planned.block.rows.map((row, index) => rowMemory(memory, planned, row, planned.block.firstRow + index, spec.layout)),
    );
    this.#step = memory.int32(EXTERNALS.step);
    this.#samples = new SampleQueue(spec.rows.length, sampleWidth(spec), Math.min(sampleCapacity, spec.totalSteps));
    this.#wasActive = spec.rows.map(() => false);
    this.#rows.forEach((row, index) => {
      const { n } = spec.layout;
      const x0 = spec.x0.subarray(index * n, (index + 1) * n);
      memory.float32(EXTERNALS.start, index).set(x0);
      memory.int32(EXTERNALS.horizon, index)[0] = row.spec.horizonSteps;
      writeConstants(row);
      this.#initialise(row, x0);
    });
  }

  /** Race steps made. */
  get raceStep(): number {
    return this.#raceStep;
  }

  /** Whether a row still trains. */
  isActive(row: number): boolean {
    return this.#row(row).isActive[0] !== 0;
  }

  /** Writes what the next step reads: its number, schedule and the tables at each row's own counter. */
  prepare(): void {
    const t = this.#raceStep;
    const { totalSteps } = this.#plan.spec;
    if (t >= totalSteps) throw new Error(`All ${totalSteps} steps of this batch have been made.`);
    this.#samples.begin();
    this.#step[0] = t;
    this.#rows.forEach((row, index) => {
      const isActive = row.isActive[0] !== 0;
      this.#wasActive[index] = isActive;
      if (!isActive) return;
      const { spec, stepInputs, tableNames } = row;
      const mult = spec.mult[t] as number;
      stepInputs[0] = mult * row.lr;
      stepInputs[1] = mult;
      if (tableNames.length === 0) return;
      const table = spec.program.table?.(spec.hyper, row.k[0] as number) ?? {};
      tableNames.forEach((name, entry) => {
        stepInputs[2 + entry] = table[name] ?? Number.NaN;
      });
    });
  }

  /** Takes the sample of the step just made. */
  collect(): void {
    this.#rows.forEach(({ sample }, index) => {
      if (this.#wasActive[index]) this.#samples.fill(index, sample);
    });
    this.#raceStep += 1;
  }

  /** Samples of the steps since the last call. */
  readSamples(): RunnerSamples {
    return this.#samples.take(this.#raceStep);
  }

  status(): readonly RowStatus[] {
    return this.#rows.map(({ isActive, divergedAt, cause, k }) => {
      const step = divergedAt[0] as number;
      return { isActive: isActive[0] !== 0, divergedAt: step < 0 ? null : step, cause: causeOf(cause[0]), k: k[0] as number };
    });
  }

  /** The whole state before the next step; a copy. */
  state(): RunnerState {
    const { n } = this.#plan.spec.layout;
    const params = new Float64Array(this.#rows.length * n);
    const rows = this.#rows.map((row, index): RowState => {
      params.set(row.params, index * n);
      return {
        k: row.k[0] as number,
        slots: mapNames(row.slots, (_name, values) => Float64Array.from(values)),
        scalars: mapNames(row.scalars, (_name, values) => Array.from(values)),
      };
    });
    return { step: this.#raceStep, params, rows };
  }

  /** Continues from a state, rounded to what the memory holds, with every row active that its horizon allows. */
  restore({ step, params, rows }: RunnerState): void {
    const { n } = this.#plan.spec.layout;
    this.#raceStep = step;
    this.#samples.clear();
    this.#rows.forEach((row, index) => {
      const state = rows[index];
      if (!state) throw new Error(`The state has ${rows.length} rows, the batch ${this.#rows.length}.`);
      row.params.set(params.subarray(index * n, (index + 1) * n));
      row.isActive[0] = step < row.spec.horizonSteps ? 1 : 0;
      row.divergedAt[0] = -1;
      row.cause[0] = 0;
      row.k[0] = state.k;
      for (const [name, values] of Object.entries(row.slots)) values.set(named(state.slots, name));
      for (const [name, values] of Object.entries(row.scalars)) values.set(named(state.scalars, name));
    });
  }

  #row(index: number): RowMemory {
    const row = this.#rows[index];
    if (!row) throw new Error(`There is no row ${index}: the batch has ${this.#rows.length}.`);
    return row;
  }

  #initialise(row: RowMemory, x0: ArrayLike<number>): void {
    const { layout } = this.#plan.spec;
    const { program, hyper, horizonSteps } = row.spec;
    const segments = segmentCount(program, layout);
    row.params.set(x0);
    row.isActive[0] = horizonSteps > 0 ? 1 : 0;
    row.divergedAt[0] = -1;
    row.cause[0] = 0;
    row.k[0] = 0;
    for (const [name, init] of Object.entries(program.slots)) {
      const values = named(row.slots, name);
      if (init === 'params') values.set(x0);
      else if (init === 'zero') values.fill(0);
      else for (const { offset, size } of layout.tensors) values.fill(init(hyper), offset, offset + size);
    }
    for (const [name, values] of Object.entries(row.scalars)) values.set(initialScalar(row.spec, name, segments));
  }
}

function rowMemory(memory: ProgramMemory, planned: PlannedBlock, spec: RowSpec, row: number, layout: ParamLayout): RowMemory {
  const { block, names, inputs } = planned;
  const { program } = spec;
  const segments = segmentCount(program, layout);
  const { tableNames, hyper, derivedNames } = blockInputs(block);
  // What no part reads is kept here instead.
  const view = (name: string, size: number): Numbers => (inputs.has(name) ? memory.float32(name, row) : new Float64Array(size));
  const scalars = mapNames(program.scalars, (name) => view(names.scalar(name), initialScalar(spec, name, segments).length));
  return {
    spec,
    tableNames,
    constantNames: [hyper.map(([name]) => name), derivedNames],
    lr: program.rowHyper.includes('lr') ? (hyperNumbers(spec, 'lr')[0] as number) : 1,
    params: memory.float32(EXTERNALS.params, row),
    stepInputs: view(names.stepInputs, 2 + tableNames.length),
    constants: view(
      names.constants,
      hyper.reduce((sum, [, length]) => sum + length, derivedNames.length),
    ),
    isActive: memory.float32(EXTERNALS.isActive, row),
    divergedAt: memory.int32(EXTERNALS.divergedAt, row),
    cause: memory.int32(EXTERNALS.cause, row),
    k: memory.int32(EXTERNALS.k, row),
    slots: mapNames(program.slots, (name) => view(names.slot(name), layout.n)),
    scalars,
    sample: [memory.float32(EXTERNALS.observed, row), ...Object.values(scalars)],
  };
}

/** Row hyperparameters and derived values: computed in float64, rounded once. */
function writeConstants({ spec, constantNames: [hyper, derivedNames], constants }: RowMemory): void {
  const derived = spec.program.derived?.(spec.hyper) ?? {};
  constants.set([...hyper.flatMap((name) => hyperNumbers(spec, name)), ...derivedNames.map((name) => derived[name] ?? Number.NaN)]);
}
