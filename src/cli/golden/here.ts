import { createWasmRunner } from '../../kernels/compiler/traced/wasm-runner.ts';
import type { RunnerSpec, RunnerState } from '../../kernels/optimizer-runner.ts';
import { ReferenceRunner } from '../../kernels/reference-runner.ts';
import { type GoldenStepper, runnerSpec } from './stepper.ts';

/** What the replay uses of a runner whose state is in this process's memory. */
interface Runner {
  step(grads: Float32Array | Float64Array, objective: Float32Array | Float64Array): void;
  state(): RunnerState;
}

/** The float64 oracle behind the replay. */
export function referenceStepper(): GoldenStepper {
  return stepperOf(async (spec) => new ReferenceRunner(spec, { recomputes: true }));
}

/** Steps compiled to WebAssembly behind the replay: float32, each sum in the order of the compiled code. */
export function wasmStepper(): GoldenStepper {
  return stepperOf(createWasmRunner);
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
    async slots() {
      return current()
        .state()
        .rows.map(({ slots }) => Object.fromEntries(Object.entries(slots).map(([name, values]) => [name, Array.from(values)])));
    },
    async end() {
      runner = null;
    },
    async close() {},
  };
}
