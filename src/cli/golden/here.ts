import { createWasmRunner } from '../../kernels/compiler/traced/wasm-runner.ts';
import { mapNames } from '../../kernels/named.ts';
import type { RowStatus, RunnerSpec, RunnerState } from '../../kernels/optimizer-runner.ts';
import { ReferenceRunner } from '../../kernels/reference-runner.ts';
import { type GoldenStepper, runnerSpec } from './stepper.ts';

/** What the replay uses of a runner whose state is in this process's memory. */
interface Runner {
  step(grads: Float64Array, objective: Float64Array): void;
  state(): RunnerState;
  evalPoints(): Float64Array;
  status(): readonly RowStatus[];
}

/** The float64 oracle behind the replay. */
export function referenceStepper(): GoldenStepper {
  return stepperOf(async (spec) => {
    const runner = new ReferenceRunner(spec, { recomputes: true });
    return {
      step: (grads, objective) => runner.step(grads, objective),
      state: () => runner.state(),
      evalPoints: () => runner.evalParams,
      status: () => spec.rows.map((_, row) => runner.status(row)),
    };
  });
}

/** Steps compiled to WebAssembly behind the replay: float32, each sum in the order of the compiled code. */
export function wasmStepper(): GoldenStepper {
  return stepperOf(async (spec) => {
    const runner = await createWasmRunner(spec);
    return {
      step: (grads, objective) => runner.step(grads, objective),
      state: () => runner.state(),
      evalPoints: () => runner.evalParams(),
      status: () => runner.status(),
    };
  });
}

function stepperOf(create: (spec: RunnerSpec) => Promise<Runner>): GoldenStepper {
  let runner: Runner | null = null;
  const current = (): Runner => {
    if (!runner) throw new Error('Call begin first.');
    return runner;
  };
  return {
    async begin(batch) {
      // Packed: with align 1 a padded row is a packed one.
      runner = await create(runnerSpec(batch, 1));
    },
    async step(grads, objective) {
      current().step(grads, objective);
      const { params, rows } = current().state();
      return { params, scalars: rows.map(({ scalars, k }) => ({ ...scalars, k: [k] })) };
    },
    async evalPoints() {
      return current().evalPoints();
    },
    async status() {
      return current().status();
    },
    async slots() {
      return current()
        .state()
        .rows.map(({ slots }) => mapNames(slots, (_name, values) => Array.from(values)));
    },
    async end() {
      runner = null;
    },
    async close() {},
  };
}
