import { mapNames } from '../../named.ts';
import type { RunnerSpec } from '../../optimizer-runner.ts';
import { WASM_POLICY } from '../schedule/policies.ts';
import { scheduleGraph } from '../schedule/schedule-graph.ts';
import type { Schedule } from '../schedule.ts';
import { WasmProgram } from '../wasm/wasm-program.ts';
import { CompiledRunner, runnerEntries } from './compiled-runner.ts';
import { type OptimizerPlan, planOptimizer } from './optimizer-plan.ts';

/** The optimizers' parts as kernels for WebAssembly. */
export function optimizerSchedules(plan: OptimizerPlan): Record<string, Schedule> {
  return mapNames(plan.parts, (_name, { graph, inPlace }) => scheduleGraph(graph, WASM_POLICY, { inPlace }));
}

/** Optimizer steps compiled to WebAssembly, on gradients given as arrays. */
export async function createWasmRunner(spec: RunnerSpec): Promise<CompiledRunner> {
  const plan = planOptimizer(spec);
  const program = await WasmProgram.create({ parts: optimizerSchedules(plan), runs: spec.rows.length, entries: runnerEntries(plan) });
  return new CompiledRunner(plan, program);
}
