import type { RowStatus, RunnerSamples, RunnerSpec, RunnerState } from '../../optimizer-runner.ts';
import type { Segment } from '../wasm/memory-layout.ts';
import { CompiledOptimizer, type ProgramMemory } from './compiled-optimizer.ts';
import { EXTERNALS } from './externals.ts';
import { evalSegments, type OptimizerPlan, stepSegments } from './optimizer-plan.ts';

/** A compiled program that makes steps of optimizers without a network: gradients come from the host. */
export interface OptimizerProgram extends ProgramMemory {
  call(entry: string): void;
}

const ENTRIES = { step: 'step', evalPoint: 'evalPoint' } as const;

/** The entries that such a program must have. */
export function runnerEntries(plan: OptimizerPlan): Readonly<Record<string, readonly Segment[]>> {
  return { [ENTRIES.step]: stepSegments(plan), ...(plan.hasEvalPoint ? { [ENTRIES.evalPoint]: evalSegments(plan) } : {}) };
}

/** Executes compiled optimizer steps on gradients given as arrays. */
export class CompiledRunner {
  readonly #spec: RunnerSpec;
  readonly #plan: OptimizerPlan;
  readonly #program: OptimizerProgram;
  readonly #optimizer: CompiledOptimizer;

  /** `program` has the plan's parts and `runnerEntries`. */
  constructor(plan: OptimizerPlan, program: OptimizerProgram) {
    this.#spec = plan.spec;
    this.#plan = plan;
    this.#program = program;
    this.#optimizer = new CompiledOptimizer(plan, program);
  }

  /** Makes one race step: grads (R, n) at the parameters, objective (R) that was differentiated, loss (R) that is recorded. */
  step(grads: ArrayLike<number>, objective: ArrayLike<number>, loss: ArrayLike<number> = objective): void {
    const { rows, layout } = this.#spec;
    if (grads.length !== rows.length * layout.n)
      throw new Error(`Gradients must be (${rows.length}, ${layout.n}), got ${grads.length} values.`);
    if (objective.length !== rows.length || loss.length !== rows.length) throw new Error(`Objective and loss need ${rows.length} values.`);
    this.#optimizer.prepare();
    for (const { block, inputs } of this.#plan.blocks) {
      block.rows.forEach((_, index) => {
        const row = block.firstRow + index;
        if (inputs.has(EXTERNALS.grads)) {
          const target = this.#program.float32(EXTERNALS.grads, row);
          for (let element = 0; element < layout.n; element++) target[element] = grads[row * layout.n + element] as number;
        }
        this.#program.float32(EXTERNALS.objective, row)[0] = objective[row] as number;
        this.#program.float32(EXTERNALS.loss, row)[0] = loss[row] as number;
      });
    }
    this.#program.call(ENTRIES.step);
    this.#optimizer.collect();
  }

  state(): RunnerState {
    return this.#optimizer.state();
  }

  restore(state: RunnerState): void {
    this.#optimizer.restore(state);
  }

  status(): readonly RowStatus[] {
    return this.#optimizer.status();
  }

  /** Samples of the steps since the last call. */
  readSamples(): RunnerSamples {
    return this.#optimizer.readSamples();
  }

  /** The points to evaluate, (R, n): the program's `evalPoint`, else the parameters. A copy. */
  evalParams(): Float64Array {
    const { rows, layout } = this.#spec;
    if (this.#plan.hasEvalPoint) this.#program.call(ENTRIES.evalPoint);
    const name = this.#plan.hasEvalPoint ? EXTERNALS.evalPoint : EXTERNALS.params;
    const points = new Float64Array(rows.length * layout.n);
    rows.forEach((_, row) => {
      points.set(this.#program.float32(name, row), row * layout.n);
    });
    return points;
  }
}
