import type { RowStatus } from '../../kernels/optimizer-runner.ts';
import { evaluate, type Problem } from './problems.ts';
import type { GoldenBatch, GoldenStepper, SteppedState } from './stepper.ts';

export type Vector = Float32Array | Float64Array;

/** What one row of a batch did. Vectors are packed: tensors one after another without padding. */
export interface Trajectory {
  /** After each step: parameters and scalars. */
  readonly params: readonly Vector[];
  readonly scalars: SteppedState['scalars'];
  /** After some steps, counted from 1: the point to evaluate, and the slots by name. */
  readonly evalPoints: ReadonlyMap<number, Vector>;
  readonly slots: ReadonlyMap<number, Readonly<Record<string, readonly number[]>>>;
  /** After the last step. */
  readonly status: RowStatus;
}

/** After which steps, counted from 1, to read what costs a read-back. */
export interface Reads {
  readonly evalPoints: ReadonlySet<number>;
  readonly slots: ReadonlySet<number>;
}

/** Makes all steps of a batch, on gradients computed in float64 from the runner's own parameters. Returns the trajectory of each row. */
export async function follow(batch: GoldenBatch, problem: Problem, stepper: GoldenStepper, reads: Reads): Promise<readonly Trajectory[]> {
  const size = batch.x0.length;
  const rows = batch.rows.length;
  const states: SteppedState[] = [];
  const points = new Map<number, Vector>();
  const slots = new Map<number, Awaited<ReturnType<GoldenStepper['slots']>>>();
  const rowOf = (values: Vector, row: number): Vector => values.subarray(row * size, (row + 1) * size);
  await stepper.begin(batch);
  try {
    let params: Vector = Float64Array.from({ length: rows * size }, (_, index) => batch.x0[index % size] ?? 0);
    for (let step = 1; step <= batch.steps; step += 1) {
      const grads = new Float64Array(rows * size);
      const objective = new Float64Array(rows);
      for (let row = 0; row < rows; row += 1) {
        const { loss, gradient } = evaluate(problem, rowOf(params, row), step - 1);
        grads.set(gradient, row * size);
        objective[row] = loss;
      }
      const state = await stepper.step(grads, objective);
      states.push(state);
      params = state.params;
      if (reads.evalPoints.has(step)) points.set(step, await stepper.evalPoints());
      if (reads.slots.has(step)) slots.set(step, await stepper.slots());
    }
    const statuses = await stepper.status();
    return batch.rows.map((_, row) => ({
      params: states.map((state) => rowOf(state.params, row)),
      scalars: states.map((state) => entry(state.scalars, row)),
      evalPoints: new Map([...points].map(([step, values]) => [step, rowOf(values, row)])),
      slots: new Map([...slots].map(([step, values]) => [step, entry(values, row)])),
      status: entry(statuses, row),
    }));
  } finally {
    await stepper.end();
  }
}

/** An entry that must be there. */
export function entry<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new Error(`The recorded run ends before entry ${index}.`);
  return value;
}
