import type { RunnerSpec, RunnerState } from '../../kernels/optimizer-runner.ts';
import type { StepProgram } from '../../kernels/step-program.ts';
import type { HostRunner } from '../../kernels/testing/host-runner.ts';
import type { SharedStep } from './oracle-states.ts';

/** Makes shared steps with one runner of `program`, which may be another than the oracle's: a wrong one. All steps must have the same rows and schedule. */
export class SharedStepper {
  readonly #create: (spec: RunnerSpec) => HostRunner | Promise<HostRunner>;
  readonly #program: StepProgram;
  #runner: HostRunner | null = null;

  constructor(create: (spec: RunnerSpec) => HostRunner | Promise<HostRunner>, program: StepProgram) {
    this.#create = create;
    this.#program = program;
  }

  /** The state after one step from `before`. */
  async after({ spec, before, grads, objective }: SharedStep): Promise<RunnerState> {
    this.#runner ??= await this.#create({ ...spec, rows: spec.rows.map((row) => ({ ...row, program: this.#program })) });
    this.#runner.restore(before);
    this.#runner.step(grads, objective);
    return this.#runner.state();
  }

  dispose(): void {
    this.#runner?.dispose();
    this.#runner = null;
  }
}
