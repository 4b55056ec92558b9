import type { CompiledRunner } from '../../kernels/compiler/traced/compiled-runner.ts';
import { createWasmRunner } from '../../kernels/compiler/traced/wasm-runner.ts';
import { type GoldenStepper, runnerSpec } from './stepper.ts';

/** Steps compiled to WebAssembly behind the replay: float32, each sum in the order of the compiled code. */
export function wasmStepper(): GoldenStepper {
  let runner: CompiledRunner | null = null;
  const current = () => {
    if (!runner) throw new Error('Call begin first.');
    return runner;
  };
  return {
    async begin(batch) {
      // Packed: with align 1 a padded row is a packed one.
      runner = await createWasmRunner(runnerSpec(batch, 1));
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
