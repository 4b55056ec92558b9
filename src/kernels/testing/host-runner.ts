import { CompiledRunner, runnerEntries } from '../compiler/traced/compiled-runner.ts';
import { planOptimizer } from '../compiler/traced/optimizer-plan.ts';
import { InterpretedProgram } from '../compiler/traced/testing/interpreted-program.ts';
import { createWasmRunner } from '../compiler/traced/wasm-runner.ts';
import { OpsRunner } from '../ops-runner.ts';
import type { RowStatus, RunnerSamples, RunnerSpec, RunnerState } from '../optimizer-runner.ts';
import { ReferenceRunner } from '../reference-runner.ts';
import * as tf from '../tf.ts';

/** A runner that is fed from arrays, whatever it computes with. */
export interface HostRunner {
  /** grads (R, n), objective (R), loss (R; the objective unless given). */
  step(grads: Float64Array, objective: Float64Array, loss?: Float64Array): void;
  state(): Promise<RunnerState>;
  restore(state: RunnerState): void;
  status(): Promise<readonly RowStatus[]>;
  samples(): Promise<RunnerSamples>;
  evalParams(): Promise<Float64Array>;
  dispose(): void;
}

export function referenceRunner(spec: RunnerSpec): HostRunner {
  const runner = new ReferenceRunner(spec);
  return {
    step: (grads, objective, loss) => runner.step(grads, objective, loss),
    state: async () => runner.state(),
    restore: (state) => runner.restore(state),
    status: async () => spec.rows.map((_, row) => runner.status(row)),
    samples: async () => runner.samples(),
    evalParams: async () => runner.evalParams,
    dispose() {},
  };
}

/** TensorFlow.js operations on the backend that is set. */
export function opsRunner(spec: RunnerSpec): HostRunner {
  const runner = new OpsRunner(spec);
  return {
    step(grads, objective, loss = objective) {
      const inputs = [
        tf.tensor2d(Float32Array.from(grads), [spec.rows.length, spec.layout.n]),
        tf.tensor1d(Float32Array.from(objective)),
        tf.tensor1d(Float32Array.from(loss)),
      ] as const;
      runner.step(...inputs);
      tf.dispose([...inputs]);
    },
    state: () => runner.state(),
    restore: (state) => runner.restore(state),
    status: () => runner.status(),
    samples: () => runner.readSamples(),
    async evalParams() {
      const params = runner.evalParams();
      const values = Float64Array.from(await params.data());
      params.dispose();
      return values;
    },
    dispose: () => runner.dispose(),
  };
}

/** The traced graph of each step, in the float64 interpreter. */
export function interpretedRunner(spec: RunnerSpec): HostRunner {
  const plan = planOptimizer(spec);
  return compiledRunner(new CompiledRunner(plan, new InterpretedProgram(plan.parts, runnerEntries(plan))));
}

/** The same graph compiled to WebAssembly. */
export async function wasmRunner(spec: RunnerSpec): Promise<HostRunner> {
  return compiledRunner(await createWasmRunner(spec));
}

function compiledRunner(runner: CompiledRunner): HostRunner {
  return {
    step: (grads, objective, loss) => runner.step(grads, objective, loss),
    state: async () => runner.state(),
    restore: (state) => runner.restore(state),
    status: async () => runner.status(),
    samples: async () => runner.readSamples(),
    evalParams: async () => runner.evalParams(),
    dispose() {},
  };
}
