import { FUSED_ALIGN, planLayout } from '../../kernels/layout.ts';
import type { RowSpec, RunnerSpec } from '../../kernels/optimizer-runner.ts';
import { defaultHyper } from '../../optimizers/definition.ts';
import { optimizers } from '../../optimizers/registry.ts';

/** A run of one optimizer with its default hyperparameters and a constant schedule. */
export function defaultRow(id: string, totalSteps: number): RowSpec {
  const definition = optimizers.find((candidate) => candidate.id === id);
  if (!definition) throw new Error(`There is no optimizer "${id}"; there are ${optimizers.map((each) => each.id).join(', ')}.`);
  return {
    program: definition.program,
    hyper: defaultHyper(definition),
    mult: new Float64Array(totalSteps).fill(1),
    horizonSteps: totalSteps,
  };
}

/** Runs of n parameters each in one tensor, with values of ordinary size: denormal numbers would be slow on some processors. */
export function plainRace(rows: readonly RowSpec[], n: number, totalSteps: number): RunnerSpec {
  const layout = planLayout([{ name: 'w', shape: [n] }], FUSED_ALIGN);
  const x0 = new Float32Array(rows.length * layout.n);
  rows.forEach((_, row) => {
    for (let i = 0; i < n; i++) x0[row * layout.n + i] = ((i * 37 + row) % 101) / 101 - 0.5;
  });
  return { layout, rows, x0, totalSteps };
}

/**
 * (R, n) gradients along one line. Forth and nearly as far back in turns, no estimate of a distance grows without end, and no sum of
 * gradients is exactly 0, where a method may have no step.
 */
export function plainGradients({ x0 }: RunnerSpec, scale: 1 | -0.9): Float32Array<ArrayBuffer> {
  return Float32Array.from(x0, (x) => scale * (0.01 * x + 1e-4));
}
